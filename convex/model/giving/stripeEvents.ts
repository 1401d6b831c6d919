import { currency } from "../../../shared/money/money.ts";
import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import type { StripeEvent, StripeInvoice } from "../../external/stripe/events.ts";
import { notifyUser } from "../people/notices.ts";
import { takeOnce, wasTaken } from "../people/receipts.ts";
import { isPosted } from "./ledger.ts";
import { dropPage } from "./checkouts.ts";
import { erasedCustomer, subscriptionOfCustomer } from "./customers.ts";
import { takePayment } from "./payments.ts";
import { bookReturns, takeCharge, takeCredit, takeDispute } from "./returns.ts";
import { findOrAddSubscription, liveOf, applySubscription } from "./subscriptions.ts";
import type { StripeAccount, StripePayment } from "../../external/stripe/objects.ts";
import { emit } from "../people/webhookEvents.ts";
import { userOf } from "../callers/users.ts";

/**
 * Processes a Stripe event and records its id in one transaction; a repeated event does nothing.
 */
export async function takeStripeEvent(
  ctx: MutationCtx,
  { id, at, told }: StripeEvent,
  now: number,
): Promise<void> {
  if (!(await takeOnce(ctx, `stripe:${id}`, now))) return;
  switch (told.of) {
    case "subscription":
      await applySubscription(ctx, told.subscription, { word: told.word, at }, now);
      return;
    case "checkout": {
      const subscription = await findOrAddSubscription(ctx, { ...told, at }, now);
      if (subscription) await dropPage(ctx, subscription.userId, told.sessionId);
      return;
    }
    case "paid":
      return await takePaid(ctx, told.invoice, now);
    case "failed":
      return await takeFailed(ctx, told.invoice, now);
    case "payment":
      return await takePaymentEvent(ctx, told, at, now);
    case "charge":
      return await takeCharge(ctx, told.charge, now);
    case "dispute":
      return await takeDispute(ctx, told.dispute, now);
    case "credit":
      return await takeCredit(ctx, told.credit, now);
    case "account":
      return await takeAccount(ctx, told.account, at, now);
  }
}

async function takePaid(ctx: MutationCtx, invoice: StripeInvoice, now: number): Promise<void> {
  const { invoiceId, amount, at } = invoice;
  // A free or voided invoice: nothing was paid, so nothing is distributed.
  if (amount === 0) return;
  const subscription = await ownedBy(ctx, invoice, now);
  if (!subscription) return;
  await takePayment(ctx, subscription, { invoiceId, amount, paidAt: at }, now);
  await bookReturns(ctx, invoice.customerId, now);
  if (at > (subscription.paidAt ?? 0))
    await ctx.db.patch("subscriptions", subscription._id, { paidAt: at });
}

async function takeFailed(ctx: MutationCtx, invoice: StripeInvoice, now: number): Promise<void> {
  const { invoiceId, customerId, amount, madeAt, at } = invoice;
  const subscription = await ownedBy(ctx, invoice, now);
  if (!subscription) return;
  if (at > (subscription.failedAt ?? 0))
    await ctx.db.patch("subscriptions", subscription._id, { failedAt: at });
  // Events are unordered: a retry of the payment may have succeeded already.
  if (await isPosted(ctx, `paid:${invoiceId}`)) return;
  if (!(await isFirstReportOfFailure(ctx, { customerId, madeAt }, now))) return;
  const notice = { kind: "payment-failed" as const, amount };
  const subjectKey = `payment-failed:${invoiceId}`;
  await notifyUser(ctx, subscription.userId, notice, { subjectKey }, now);
}

/** The subscription of an invoice; null for another currency or an owner who is not a user here. */
async function ownedBy(
  ctx: MutationCtx,
  invoice: StripeInvoice,
  now: number,
): Promise<Doc<"subscriptions"> | null> {
  if (invoice.currency !== currency) {
    console.warn("An invoice of Stripe's is in another currency: not taken.");
    return null;
  }
  return await findOrAddSubscription(ctx, invoice, now);
}

// Events of payment intents and connected accounts notify the person concerned. They change nothing
// in the ledger, which is fed by invoices.

const day = 24 * 60 * 60 * 1000;

/**
 * Processes a succeeded or failed payment. `at` is Stripe's time of the event (Unix milliseconds).
 */
export async function takePaymentEvent(
  ctx: MutationCtx,
  { word, payment }: { word: "succeeded" | "failed"; payment: StripePayment },
  at: number,
  now: number,
): Promise<void> {
  const { paymentId, customerId, chargeId, amount, currency, reason } = payment;
  const [subscription, user] = await payerOf(ctx, customerId);
  if (!user) return console.warn("A payment of Stripe's is of nobody here: not told.");
  // By its charge a later dispute is known, which does not name the customer.
  if (word === "succeeded" && chargeId !== undefined)
    await takeCharge(ctx, { chargeId, customerId, amount, refunded: 0 }, now);
  const isTold =
    word === "succeeded"
      ? await takeOnce(ctx, succeeded(payment), now)
      : await shouldNotifyOfFailure(ctx, user, payment, (subscription?.paidAt ?? 0) >= at, now);
  const data = { payment: paymentId, amount, currency, at, ...(reason && { reason }) };
  const type = `stripe.payment.${word}` as const;
  await emit(ctx, { type, userId: user._id, data }, now, { isTold });
}

function succeeded({ paymentId }: StripePayment): string {
  return `succeeded:${paymentId}`;
}

/**
 * Whether to notify the payer of a failure. Not where the payment has succeeded meanwhile, nor of a
 * first payment, whose failure the payment page shows.
 */
async function shouldNotifyOfFailure(
  ctx: MutationCtx,
  { _id }: Doc<"users">,
  payment: StripePayment,
  isPaidSince: boolean,
  now: number,
): Promise<boolean> {
  if (isPaidSince || (await wasTaken(ctx, succeeded(payment), now))) return false;
  if ((await liveOf(ctx, _id)).length === 0) return false;
  return await isFirstReportOfFailure(ctx, payment, now);
}

/**
 * True for the first event about a failed payment. Stripe sends two kinds, `invoice.payment_failed`
 * and `payment_intent.payment_failed`, in any order and again with each retry, and neither names
 * the other's object. They share the customer and the time at which the payment was made, and the
 * next payment of a customer is a week later: so customer and day identify the failure.
 */
export async function isFirstReportOfFailure(
  ctx: MutationCtx,
  { customerId, madeAt }: Pick<StripePayment, "customerId" | "madeAt">,
  now: number,
): Promise<boolean> {
  const on = Math.floor(madeAt / day);
  const customer = await erasedCustomer(customerId);
  const key = (which: number) => `failed:${customer}:${which}`;
  // The two objects can be created on either side of midnight (UTC), so the neighbouring days
  // count.
  for (const near of [on - 1, on, on + 1]) if (await wasTaken(ctx, key(near), now)) return false;
  return await takeOnce(ctx, key(on), now);
}

/**
 * The newest subscription and the user of a Stripe customer; the user is null after they have left.
 */
async function payerOf(ctx: MutationCtx, customerId: string) {
  const subscription = await subscriptionOfCustomer(ctx, customerId);
  const row =
    subscription ??
    (await ctx.db
      .query("users")
      .withIndex("by_stripe_customer", (q) => q.eq("stripeCustomerId", customerId))
      .first());
  const userId = row && ("userId" in row ? row.userId : row._id);
  return [subscription, userId && (await userOf(ctx, userId))] as const;
}

/**
 * Processes a change of a user's Stripe account. An event older than the last one is not notified.
 */
export async function takeAccount(
  ctx: MutationCtx,
  { accountId, plazaUser, needs, canCharge, canPayOut }: StripeAccount,
  at: number,
  now: number,
): Promise<void> {
  const named = ctx.db.normalizeId("users", plazaUser);
  const user = named && (await userOf(ctx, named));
  if (!user) return console.warn("An account of Stripe's is of nobody here: not told.");
  const data = { account: accountId, needs, canCharge, canPayOut, at };
  const isTold = await isNewest(ctx, user, accountId, at);
  await emit(ctx, { type: "stripe.account.updated", userId: user._id, data }, now, { isTold });
}

const maxLookedAt = 50;

/**
 * Whether no newer event about this account is known: an older one may ask for what is done
 * already.
 */
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
