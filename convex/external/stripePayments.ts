import { type Infer, v } from "convex/values";
import { z } from "zod";
import { cents, id, metadata, ownerKey, reference, seconds } from "./stripeShapes.ts";

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
const owned = z.object({ metadata });
const longestNeeds = 200;

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
    needs: [...new Set([...(due ?? []), ...(late ?? [])])].toSorted().join().slice(0, longestNeeds),
    canCharge: read.charges_enabled,
    canPayOut: read.payouts_enabled,
  };
}
