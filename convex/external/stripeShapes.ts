import { type Infer, v } from "convex/values";
import { z } from "zod";
import { currency } from "../../shared/money/prices.ts";

// What of Stripe's objects concerns us, in our words. What is not of Plaza (another product of the
// same Stripe account) has no `plazaUser`.

/** A weekly gift as Stripe has it: cents and milliseconds. */
export const stripeSubscription = v.object({
  id: v.string(),
  customerId: v.string(),
  /** What stands in its metadata: the id of our user, if it is one. */
  plazaUser: v.string(),
  amount: v.number(),
  status: v.union(v.literal("active"), v.literal("paused"), v.literal("cancelled")),
  startDate: v.number(),
  nextPaymentAt: v.optional(v.number()),
});
export type StripeSubscription = Infer<typeof stripeSubscription>;

const second = 1000;

/** The name of our user in the metadata of what we make at Stripe. */
export const ownerKey = "plazaUser";
const longestId = 255;

export const id = z.string().min(1).max(longestId);
/** Stripe gives an object or its id. */
export const reference = z
  .union([id, z.object({ id })])
  .transform((given) => (typeof given === "string" ? given : given.id));
export const metadata = z.record(z.string(), z.string()).nullish();
export const seconds = z.number().nonnegative();
export const cents = z.int().nonnegative();

const owned = z.object({ metadata });
const subscription = z.object({
  id,
  customer: reference,
  status: z.string(),
  pause_collection: z.object({}).nullish(),
  cancel_at_period_end: z.boolean(),
  start_date: seconds,
  items: z.object({
    data: z.tuple(
      [
        z.object({
          current_period_end: seconds,
          quantity: z.int().positive().default(1),
          price: z.object({ unit_amount: cents, currency: z.string() }),
        }),
      ],
      z.unknown(),
    ),
  }),
});

/**
 * Null: not a gift of ours, or not begun yet, because its first payment is still under way.
 * Undefined: in a form that we do not know.
 */
export function readSubscription(data: unknown): StripeSubscription | null | undefined {
  const plazaUser = owned.safeParse(data).data?.metadata?.[ownerKey];
  if (plazaUser === undefined) return null;
  const read = subscription.safeParse(data).data;
  if (!read) return undefined;
  const [item] = read.items.data;
  if (read.status === "incomplete" || item.price.currency !== currency) return null;
  const status = statusOf(read);
  const isCharged = status === "active" && !read.cancel_at_period_end;
  return {
    id: read.id,
    customerId: read.customer,
    plazaUser,
    amount: item.price.unit_amount * item.quantity,
    status,
    startDate: read.start_date * second,
    ...(isCharged && { nextPaymentAt: item.current_period_end * second }),
  };
}

function statusOf({ status, pause_collection: pause }: z.infer<typeof subscription>) {
  if (status === "canceled" || status === "incomplete_expired") return "cancelled";
  // Where a payment failed it goes on: Stripe tries again, and nothing is distributed meanwhile.
  return status === "paused" || pause ? "paused" : "active";
}
