import { currency } from "../../../shared/money/prices.ts";
import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import type { StripeEvent, StripeInvoice } from "../../external/stripeEvents.ts";
import { tellUser } from "../people/notices.ts";
import { takeOnce } from "../people/receipts.ts";
import { isPosted } from "./books.ts";
import { dropPage } from "./checkouts.ts";
import { takePayment } from "./gifts.ts";
import { isFirstWordOfFailure, takeAccount, takePaymentWord } from "./paymentWords.ts";
import { glimpsed, takeOver } from "./subscriptions.ts";

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
  const topic = `payment-failed:${invoiceId}`;
  await tellUser(ctx, subscription.userId, notice, { topic }, now);
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
