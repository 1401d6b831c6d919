import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import type { StripeAccount, StripePayment } from "../../external/stripePayments.ts";
import { emit } from "../people/webhookEvents.ts";
import { takeOnce, wasTaken } from "../people/receipts.ts";
import { userOf } from "../callers/users.ts";
import { liveOf } from "./subscriptions.ts";

// What Stripe says of payments and accounts, for the person concerned. The books do not hear of it:
// they go by invoices.

const day = 24 * 60 * 60 * 1000;

/** A payment succeeded or failed. `at` is Stripe's time of the event. */
export async function takePaymentWord(
  ctx: MutationCtx,
  { word, payment }: { word: "succeeded" | "failed"; payment: StripePayment },
  at: number,
  now: number,
): Promise<void> {
  const { paymentId, customerId, amount, currency, reason } = payment;
  const [subscription, user] = await payerOf(ctx, customerId);
  if (!user) return console.warn(`Stripe's payment ${paymentId} is of nobody here: not told.`);
  const isTold =
    word === "succeeded"
      ? await takeOnce(ctx, succeeded(payment), now)
      : await isToldOfFailure(ctx, user, payment, (subscription?.paidAt ?? 0) >= at, now);
  const data = { payment: paymentId, amount, currency, at, ...(reason && { reason }) };
  const type = `stripe.payment.${word}` as const;
  await emit(ctx, { type, userId: user._id, data }, now, { isTold });
}

function succeeded({ paymentId }: StripePayment): string {
  return `succeeded:${paymentId}`;
}

/** A first payment that fails is told on its page; one that comes late has succeeded meanwhile. */
async function isToldOfFailure(
  ctx: MutationCtx,
  { _id }: Doc<"users">,
  payment: StripePayment,
  isPaidSince: boolean,
  now: number,
): Promise<boolean> {
  if (isPaidSince || (await wasTaken(ctx, succeeded(payment), now))) return false;
  if ((await liveOf(ctx, _id)).length === 0) return false;
  return await isFirstWordOfFailure(ctx, payment, now);
}

/**
 * Stripe tells of one failure twice, as an invoice's and as a payment's, in any order, again with
 * each try, and names neither in the other. What they share is whose they are and when they were
 * made; the next of the same person is a week away. True for the first word alone.
 */
export async function isFirstWordOfFailure(
  ctx: MutationCtx,
  { customerId, madeAt }: Pick<StripePayment, "customerId" | "madeAt">,
  now: number,
): Promise<boolean> {
  const on = Math.floor(madeAt / day);
  const key = (which: number) => `failed:${customerId}:${which}`;
  // They can be made on either side of midnight, and Stripe goes on trying for weeks.
  for (const near of [on - 1, on, on + 1]) if (await wasTaken(ctx, key(near), now)) return false;
  return await takeOnce(ctx, key(on), now);
}

/** Who pays as a customer of Stripe's, and their newest gift; nobody where they have left. */
async function payerOf(ctx: MutationCtx, customerId: string) {
  const subscription = await ctx.db
    .query("subscriptions")
    .withIndex("by_customer", (q) => q.eq("stripeCustomerId", customerId))
    .order("desc")
    .first();
  const row =
    subscription ??
    (await ctx.db
      .query("users")
      .withIndex("by_stripe_customer", (q) => q.eq("stripeCustomerId", customerId))
      .first());
  const userId = row && ("userId" in row ? row.userId : row._id);
  return [subscription, userId && (await userOf(ctx, userId))] as const;
}

/** Somebody's account at Stripe has changed: they hear of it where Stripe waits for them. */
export async function takeAccount(
  ctx: MutationCtx,
  { accountId, plazaUser, needs, canCharge, canPayOut }: StripeAccount,
  at: number,
  now: number,
): Promise<void> {
  const named = ctx.db.normalizeId("users", plazaUser);
  const user = named && (await userOf(ctx, named));
  if (!user) return console.warn(`Stripe's account ${accountId} is of nobody here: not told.`);
  const data = { account: accountId, needs, canCharge, canPayOut, at };
  const isTold = await isNewest(ctx, user, accountId, at);
  await emit(ctx, { type: "stripe.account.updated", userId: user._id, data }, now, { isTold });
}

const mostLookedAt = 50;

/** An older word is no news: what it asks for may have been given since. */
async function isNewest(
  ctx: MutationCtx,
  { _id }: Doc<"users">,
  account: string,
  at: number,
): Promise<boolean> {
  const rows = await ctx.db
    .query("webhookEvents")
    .withIndex("by_user", (q) => q.eq("userId", _id))
    .order("desc")
    .take(mostLookedAt);
  return rows.every(
    ({ data }) => data["account"] !== account || typeof data["at"] !== "number" || data["at"] <= at,
  );
}
