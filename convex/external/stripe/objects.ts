import { type Infer, v } from "convex/values";
import { z } from "zod";
import { currency } from "../../../shared/money/money.ts";

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
const maxIdLength = 255;

export const id = z.string().min(1).max(maxIdLength);
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

// Stripe's payments and accounts, as far as their person is told of them: no address, no card.

/** One charge of a card, whatever came of it: cents, milliseconds, and whose it is. */
export const stripePayment = v.object({
  paymentId: v.string(),
  customerId: v.string(),
  amount: v.number(),
  currency: v.string(),
  /** Its first try: it stays the same when Stripe tries again. */
  madeAt: v.number(),
  /** Why it failed, in one word of Stripe's: "insufficient_funds". */
  reason: v.optional(v.string()),
});
export type StripePayment = Infer<typeof stripePayment>;

/** Somebody's own account at Stripe. */
export const stripeAccount = v.object({
  accountId: v.string(),
  plazaUser: v.string(),
  /** What Stripe waits for, in its words, the same for the same things; empty: nothing. */
  needs: v.string(),
  canCharge: v.boolean(),
  canPayOut: v.boolean(),
});
export type StripeAccount = Infer<typeof stripeAccount>;

const word = z.string().regex(/^[a-z_]{1,60}$/);
const payment = z.object({
  id,
  customer: reference,
  amount: cents,
  amount_received: cents,
  currency: z.string().regex(/^[a-z]{3}$/),
  created: seconds,
  last_payment_error: z
    .object({ code: word.nullish().catch(null), decline_code: word.nullish().catch(null) })
    .nullish(),
});
const ofCustomer = z.object({ customer: reference });

/** Null: of no customer, so of nobody. Undefined: in a form that we do not know. */
export function readPayment(
  object: unknown,
  what: "amount" | "amount_received",
): StripePayment | null | undefined {
  if (!ofCustomer.safeParse(object).success) return null;
  const read = payment.safeParse(object).data;
  if (!read) return undefined;
  const { decline_code: declined, code } = read.last_payment_error ?? {};
  const reason = declined ?? code;
  return {
    paymentId: read.id,
    customerId: read.customer,
    amount: read[what],
    currency: read.currency,
    madeAt: read.created * 1000,
    ...(reason && { reason }),
  };
}

const needs = z.array(z.string()).nullish();
const account = z.object({
  id,
  metadata,
  charges_enabled: z.boolean(),
  payouts_enabled: z.boolean(),
  requirements: z
    .object({ currently_due: needs, past_due: needs, disabled_reason: z.string().nullish() })
    .nullish(),
});
const maxNeedsLength = 200;

/** Null: of nobody of ours. Undefined: in a form that we do not know. */
export function readAccount(object: unknown): StripeAccount | null | undefined {
  const plazaUser = owned.safeParse(object).data?.metadata?.[ownerKey];
  if (plazaUser === undefined) return null;
  const read = account.safeParse(object).data;
  if (!read) return undefined;
  const { currently_due: due, past_due: late } = read.requirements ?? {};
  return {
    accountId: read.id,
    plazaUser,
    needs: [...new Set([...(due ?? []), ...(late ?? [])])]
      .toSorted()
      .join()
      .slice(0, maxNeedsLength),
    canCharge: read.charges_enabled,
    canPayOut: read.payouts_enabled,
  };
}
