import { currency } from "../../../shared/money/money.ts";
import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import type { StripeEvent, StripeInvoice } from "../../external/stripe/events.ts";
import { notifyUser } from "../people/notices.ts";
import { takeOnce, wasTaken } from "../people/receipts.ts";
import { isPosted } from "./ledger.ts";
import { dropPage } from "./checkouts.ts";
import { takePayment } from "./payments.ts";
import { glimpsed, liveOf, takeOver } from "./subscriptions.ts";
import type { StripeAccount, StripePayment } from "../../external/stripe/objects.ts";
import { emit } from "../people/webhookEvents.ts";
import { userOf } from "../callers/users.ts";

/** Takes an event and what it does, in one transaction; a repeated one does nothing. */
export async function takeStripeEvent(
  ctx: MutationCtx,
  { id, at, told }: StripeEvent,
  now: number,
): Promise<void> {
  if (!(await takeOnce(ctx, `stripe:${id}`, now))) return;
  switch (told.of) {
    case "subscription":
      await takeOver(ctx, told.subscription, { word: told.word, at }, now);
      return;
    case "checkout": {
      const subscription = await glimpsed(ctx, { ...told, at }, now);
      if (subscription) await dropPage(ctx, subscription.userId, told.sessionId);
      return;
    }
    case "paid":
      return await takePaid(ctx, told.invoice, now);
    case "failed":
      return await takeFailed(ctx, told.invoice, now);
    case "payment":
      return await takePaymentWord(ctx, told, at, now);
    case "account":
      return await takeAccount(ctx, told.account, at, now);
  }
}

async function takePaid(ctx: MutationCtx, invoice: StripeInvoice, now: number): Promise<void> {
  const { invoiceId, amount, at } = invoice;
  // A free or voided week: nothing was paid, so nothing is distributed.
  if (amount === 0) return;
  const subscription = await ownedBy(ctx, invoice, now);
  if (!subscription) return;
  await takePayment(ctx, subscription, { invoiceId, amount, paidAt: at }, now);
  if (at > (subscription.paidAt ?? 0))
    await ctx.db.patch("subscriptions", subscription._id, { paidAt: at });
}

async function takeFailed(ctx: MutationCtx, invoice: StripeInvoice, now: number): Promise<void> {
  const { invoiceId, customerId, amount, madeAt, at } = invoice;
  const subscription = await ownedBy(ctx, invoice, now);
  if (!subscription) return;
  if (at > (subscription.failedAt ?? 0))
    await ctx.db.patch("subscriptions", subscription._id, { failedAt: at });
  // It came late: the payment has succeeded meanwhile.
  if (await isPosted(ctx, `paid:${invoiceId}`)) return;
  if (!(await isFirstWordOfFailure(ctx, { customerId, madeAt }, now))) return;
  const notice = { kind: "payment-failed" as const, amount };
  const subjectKey = `payment-failed:${invoiceId}`;
  await notifyUser(ctx, subscription.userId, notice, { subjectKey }, now);
}

/** The subscription of an invoice in our currency; null where that is none of ours. */
async function ownedBy(
  ctx: MutationCtx,
  invoice: StripeInvoice,
  now: number,
): Promise<Doc<"subscriptions"> | null> {
  if (invoice.currency !== currency) {
    console.warn(`Stripe's invoice ${invoice.invoiceId} is in another currency: not taken.`);
    return null;
  }
  return await glimpsed(ctx, invoice, now);
}

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

const maxLookedAt = 50;

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
    .take(maxLookedAt);
  return rows.every(
    ({ data }) => data["account"] !== account || typeof data["at"] !== "number" || data["at"] <= at,
  );
}
