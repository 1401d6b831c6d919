import { type Infer, v } from "convex/values";
import { z } from "zod";
import { currency } from "../../../shared/money/money.ts";
import { cents, id, reference } from "./objects.ts";

// Parses charges, disputes and credit notes: what says that money went back.
// https://docs.stripe.com/api/charges/object, /disputes/object and /credit_notes/object

/** A charge; cents of it, and cents of it that were refunded in all. */
export const stripeCharge = v.object({
  chargeId: v.string(),
  customerId: v.optional(v.string()),
  amount: v.number(),
  refunded: v.number(),
});
export type StripeCharge = Infer<typeof stripeCharge>;

/** A dispute at Stripe's time `at` (Unix milliseconds); cents that it has taken from the balance. */
export const stripeDispute = v.object({
  disputeId: v.string(),
  chargeId: v.string(),
  customerId: v.optional(v.string()),
  withdrawn: v.number(),
  isFinal: v.boolean(),
  at: v.number(),
});
export type StripeDispute = Infer<typeof stripeDispute>;

/** A credit note, and the cents of it that were paid out outside of Stripe. */
export const stripeCredit = v.object({
  creditId: v.string(),
  customerId: v.string(),
  amount: v.number(),
});
export type StripeCredit = Infer<typeof stripeCredit>;

const charge = z.object({
  id,
  customer: reference.nullish(),
  amount: cents,
  amount_captured: cents.nullish(),
  amount_refunded: cents,
  currency: z.string(),
});

/** Null: a charge in another currency. Undefined: an unknown format. */
export function readCharge(object: unknown): StripeCharge | null | undefined {
  const read = charge.safeParse(object).data;
  if (!read) return undefined;
  if (read.currency !== currency) return null;
  const { customer } = read;
  return {
    chargeId: read.id,
    amount: read.amount_captured ?? read.amount,
    refunded: read.amount_refunded,
    ...(customer != null && { customerId: customer }),
  };
}

const dispute = z.object({
  id,
  charge: z.union([id, charge]),
  amount: cents,
  currency: z.string(),
  status: z.string(),
});

/**
 * A dispute in an event of this type. An inquiry ("warning_...") takes nothing; a dispute takes its
 * amount when it is opened, and gives it back where it is won.
 */
export function readDispute(
  type: string,
  object: unknown,
  at: number,
): StripeDispute | null | undefined {
  const read = dispute.safeParse(object).data;
  if (!read) return undefined;
  if (read.currency !== currency) return null;
  const { id: disputeId, amount, status } = read;
  const isReturned = type.endsWith(".funds_reinstated") || status === "won";
  const takesNothing = isReturned || status === "prevented" || status.startsWith("warning_");
  const customer = typeof read.charge === "string" ? undefined : read.charge.customer;
  return {
    disputeId,
    chargeId: typeof read.charge === "string" ? read.charge : read.charge.id,
    withdrawn: takesNothing ? 0 : amount,
    isFinal: isReturned || status === "lost" || type.endsWith(".closed"),
    at,
    ...(customer != null && { customerId: customer }),
  };
}

const credit = z.object({
  id,
  customer: reference,
  currency: z.string(),
  status: z.string().nullish(),
  out_of_band_amount: cents.nullish(),
});

/** Null: a credit note in another currency. Undefined: an unknown format. */
export function readCredit(object: unknown): StripeCredit | null | undefined {
  const read = credit.safeParse(object).data;
  if (!read) return undefined;
  if (read.currency !== currency) return null;
  const amount = read.status === "void" ? 0 : (read.out_of_band_amount ?? 0);
  return { creditId: read.id, customerId: read.customer, amount };
}
