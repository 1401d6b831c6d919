import { type Infer, v } from "convex/values";
import { z } from "zod";
import { currency } from "../../../shared/money/money.ts";

// Parses Stripe's objects. Objects of another product in the same Stripe account have no
// `plazaUser` in their metadata and are ignored.

/** A subscription at Stripe; the amount in cents per week, times in Unix milliseconds. */
export const stripeSubscription = v.object({
  id: v.string(),
  customerId: v.string(),
  /** From its metadata: the id of a Plaza user, not validated. */
  plazaUser: v.string(),
  amount: v.number(),
  status: v.union(v.literal("active"), v.literal("paused"), v.literal("cancelled")),
  startDate: v.number(),
  nextPaymentAt: v.optional(v.number()),
});
export type StripeSubscription = Infer<typeof stripeSubscription>;

const second = 1000;

/** The metadata key for the Plaza user on objects that Plaza creates at Stripe. */
export const ownerKey = "plazaUser";
const maxIdLength = 255;

export const id = z.string().min(1).max(maxIdLength);
/** An expandable field of Stripe's: an object or its id. */
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
 * Null: not a subscription of Plaza, or "incomplete" because its first payment is under way.
 * Undefined: an unknown format.
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
  // After a failed payment it stays active: Stripe retries, and only paid invoices are distributed.
  return status === "paused" || pause ? "paused" : "active";
}

// Payments and accounts, reduced to what their user is notified of: no addresses and no card data.

/** A payment intent, succeeded or failed; the amount in cents. */
export const stripePayment = v.object({
  paymentId: v.string(),
  customerId: v.string(),
  /** The charge that a succeeded payment made. */
  chargeId: v.optional(v.string()),
  amount: v.number(),
  currency: v.string(),
  /** Its creation (Unix milliseconds), which stays the same when Stripe retries. */
  madeAt: v.number(),
  /** Stripe's code of the failure: "insufficient_funds". */
  reason: v.optional(v.string()),
});
export type StripePayment = Infer<typeof stripePayment>;

/** A user's connected account at Stripe. */
export const stripeAccount = v.object({
  accountId: v.string(),
  plazaUser: v.string(),
  /** Stripe's outstanding requirements, sorted and joined by commas; empty for none. */
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
  latest_charge: reference.nullish().catch(null),
  last_payment_error: z
    .object({ code: word.nullish().catch(null), decline_code: word.nullish().catch(null) })
    .nullish(),
});
const ofCustomer = z.object({ customer: reference });

/** Null: a payment without a customer. Undefined: an unknown format. */
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
    ...(read.latest_charge != null && { chargeId: read.latest_charge }),
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

/** Null: an account without a Plaza user. Undefined: an unknown format. */
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
