import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { texts } from "../shared/texts/index.ts";
import { internal } from "./_generated/api.js";
import { type ActionCtx, internalMutation, internalQuery } from "./_generated/server.js";
import * as stripe from "./external/stripe/client.ts";
import { stripeSubscription } from "./external/stripe/objects.ts";
import { memberAction, userAction, userQuery } from "./functions.ts";
import { locale, subscription, subscriptionStatus } from "./model/fields.ts";
import { ownGiving, ownGivingOf } from "./model/giving/givingViews.ts";
import {
  activeSubscriptionsPage,
  subscriptionByStripeId,
  takeOver,
} from "./model/giving/subscriptions.ts";
import { refusal } from "./model/refusal.ts";

// A member's weekly gift: what they do with it, and what the rest of Plaza asks of it.

/** The caller's own giving, whatever their status: who is blocked can still see and stop it. */
export const getUserSubscriptions = userQuery({
  args: {},
  returns: ownGiving,
  handler: async (ctx) => await ownGivingOf(ctx, ctx.caller.user),
});

const given = v.union(
  v.object({ is: v.literal("page"), url: v.string() }),
  v.object({ is: v.literal("changed") }),
);
type Given = { is: "page"; url: string } | { is: "changed" };
/** Every step is one answer of Stripe's that changes what is to be done. */
const maxSteps = 6;

/**
 * Lets a member give `amount` cents a week: changes the gift they have, or makes a payment page;
 * asking twice makes one. Refuses `bad-amount`, `no-city`; `no-giving` where Stripe is not set up,
 * `giving-away` where it does not answer.
 */
export const give = memberAction({
  args: { amount: v.number(), locale },
  returns: given,
  handler: async (ctx, { amount, locale }): Promise<Given> => {
    requireStripe();
    const closed: string[] = [];
    for (let step = 0; step < maxSteps; step++) {
      const next = await ctx.runMutation(internal.giving.begin, { amount, locale, closed });
      if (next.is === "change") {
        const status = await take(ctx, await stripe.changeAmount(next.stripeId, amount));
        // It had ended at Stripe, of which no webhook has told yet.
        if (status !== "cancelled") return { is: "changed" };
      } else if (next.is === "close") {
        for (const sessionId of next.sessionIds) {
          await takePaid(ctx, sessionId, answered(await stripe.closePage(sessionId)));
          closed.push(sessionId);
        }
      } else {
        const url = await addressOf(ctx, next.page);
        if (url !== null) return { is: "page", url };
        if (next.page.sessionId !== undefined) closed.push(next.page.sessionId);
      }
    }
    throw refusal("giving-away");
  },
});

type Page = Extract<(typeof internal.giving.begin)["_returnType"], { is: "page" }>["page"];

/** Where a page is paid; null where it was paid or closed meanwhile. */
async function addressOf(ctx: ActionCtx, page: Page): Promise<string | null> {
  const { id, sessionId, customerId = await customerOf(ctx, page), ...rest } = page;
  if (sessionId !== undefined) {
    const now = answered(await stripe.pageNow(sessionId));
    if (now.is === "open") return now.url;
    await takePaid(ctx, sessionId, now);
    return null;
  }
  const product = texts(page.locale)("give.product");
  const made = await stripe.makePage({ ...rest, customerId, product });
  if (made.is === "gone") {
    // Deleted at Stripe, or of its tests: the next step finds another.
    await customerOf(ctx, page, customerId);
    return null;
  }
  const { sessionId: session, url } = answered(made);
  await ctx.runMutation(internal.giving.notePage, { id, sessionId: session });
  return url;
}

async function customerOf(ctx: ActionCtx, { userId }: Page, lost?: string): Promise<string> {
  const customerId = answered(await stripe.makeCustomer(userId, lost));
  const instead = lost === undefined ? {} : { lost };
  return await ctx.runMutation(internal.giving.noteCustomer, { customerId, ...instead });
}

/** Of a page that was paid, of which no webhook has told yet, takes over the subscription. */
async function takePaid(ctx: ActionCtx, sessionId: string, page: stripe.PageState): Promise<void> {
  if (page.is !== "paid") return;
  const word = wordOf(await stripe.subscriptionNow(page.id));
  await ctx.runMutation(internal.subscriptions.createSubscription, word);
  await ctx.runMutation(internal.giving.forgetPage, { sessionId });
}

/** Pauses the caller's gift: nothing is charged until they resume it. Refuses `no-gift`. */
export const pauseSubscription = userAction({
  args: {},
  returns: v.null(),
  handler: async (ctx) => await each(ctx, { asMember: false }, stripe.pause),
});

/** Resumes the caller's gift; for members. Refuses `no-gift`. */
export const resumeSubscription = memberAction({
  args: {},
  returns: v.null(),
  handler: async (ctx) => await each(ctx, { asMember: true }, stripe.resume),
});

/** Ends the caller's gift at once: nothing more is charged. Refuses `no-gift`. */
export const cancelSubscription = userAction({
  args: {},
  returns: v.null(),
  handler: async (ctx) => await each(ctx, { asMember: false }, stripe.cancel),
});

/** Does it with each of the caller's subscriptions, of which there is hardly ever more than one. */
async function each(
  ctx: ActionCtx,
  who: { asMember: boolean },
  change: (stripeId: string) => Promise<stripe.SubscriptionAnswer>,
): Promise<null> {
  requireStripe();
  const own = await ctx.runQuery(internal.giving.own, who);
  for (const stripeId of own) await take(ctx, await change(stripeId));
  return null;
}

function requireStripe(): void {
  if (!stripe.takesGifts()) throw refusal("no-giving");
}

function answered<T>(answer: stripe.Answer<T>): T {
  if (answer.is !== "answered") throw refusal("giving-away");
  return answer.value;
}

/** Takes over at once what Stripe answered; its webhook then changes nothing. */
async function take(ctx: ActionCtx, answer: stripe.SubscriptionAnswer) {
  return await ctx.runMutation(internal.subscriptions.updateSubscription, wordOf(answer));
}

function wordOf(answer: stripe.SubscriptionAnswer) {
  const { subscription, at } = answered(answer);
  if (!subscription) throw refusal("giving-away");
  return { subscription, at };
}

const stripesWord = { subscription: stripeSubscription, at: v.number() };

/**
 * Takes over a subscription as Stripe answered at its time `at`, new or known; gives its status, or
 * null where its owner is none of ours.
 */
export const createSubscription = internalMutation({
  args: stripesWord,
  returns: v.union(subscriptionStatus, v.null()),
  handler: async (ctx, { subscription, at }) => {
    const row = await takeOver(ctx, subscription, { word: "answer", at }, Date.now());
    return row?.status ?? null;
  },
});

/** The same for a known one alone. */
export const updateSubscription = internalMutation({
  args: stripesWord,
  returns: v.union(subscriptionStatus, v.null()),
  handler: async (ctx, { subscription, at }) => {
    if (!(await subscriptionByStripeId(ctx, subscription.id))) return null;
    const row = await takeOver(ctx, subscription, { word: "answer", at }, Date.now());
    return row?.status ?? null;
  },
});

const subscriptionRow = subscription.extend({
  _id: v.id("subscriptions"),
  _creationTime: v.number(),
});

export const getSubscriptionByStripeId = internalQuery({
  args: { stripeSubscriptionId: v.string() },
  returns: v.union(subscriptionRow, v.null()),
  handler: async (ctx, args) => await subscriptionByStripeId(ctx, args.stripeSubscriptionId),
});

/** The active subscriptions of a city, however it is spelled, page by page. */
export const getActiveSubscriptionsByCity = internalQuery({
  args: { city: v.string(), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(subscriptionRow),
  handler: async (ctx, args) => await activeSubscriptionsPage(ctx, args),
});
