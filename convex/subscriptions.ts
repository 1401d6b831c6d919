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
  applySubscription,
} from "./model/giving/subscriptions.ts";
import { refusal } from "./model/refusal.ts";

// Donation plans: the actions of members, and the queries and mutations of the rest of the backend.

/** The caller's own giving, whatever their status: a blocked user can still see and stop it. */
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
/**
 * Rounds of `internal.giving.begin`; each handles one change at Stripe, such as a page paid
 * meanwhile.
 */
const maxSteps = 6;

/**
 * Lets a member give `amount` cents a week: changes their subscription, or returns a payment page.
 * Idempotent: a second call returns the same page.
 *
 * @throws `bad-amount`, `no-city`; `no-giving` where Stripe is not configured, `giving-away` where
 * it
 *   is unavailable
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
        const status = await storeAnswer(ctx, await stripe.changeAmount(next.stripeId, amount));
        // The subscription had ended at Stripe before its webhook arrived: the next round goes on.
        if (status !== "cancelled") return { is: "changed" };
      } else if (next.is === "close") {
        for (const sessionId of next.sessionIds) {
          await storePaidPage(ctx, sessionId, answered(await stripe.closePage(sessionId)));
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

/** The address of a payment page, made if necessary; null where it was paid or closed meanwhile. */
async function addressOf(ctx: ActionCtx, page: Page): Promise<string | null> {
  const { id, sessionId, customerId = await customerOf(ctx, page), ...rest } = page;
  if (sessionId !== undefined) {
    const now = answered(await stripe.pageNow(sessionId));
    if (now.is === "open") return now.url;
    await storePaidPage(ctx, sessionId, now);
    return null;
  }
  const product = texts(page.locale)("give.product");
  const made = await stripe.makePage({ ...rest, customerId, product });
  if (made.is === "gone") {
    // The customer was deleted or belongs to test mode: a new one is stored for the next round.
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

/** Stores the subscription of a page that was paid, before its webhook arrives. */
async function storePaidPage(
  ctx: ActionCtx,
  sessionId: string,
  page: stripe.PageState,
): Promise<void> {
  if (page.is !== "paid") return;
  const state = subscriptionIn(await stripe.subscriptionNow(page.id));
  await ctx.runMutation(internal.subscriptions.createSubscription, state);
  await ctx.runMutation(internal.giving.forgetPage, { sessionId });
}

/**
 * Pauses the caller's gift: nothing is charged until they resume it.
 *
 * @throws `no-gift`, `no-giving`, `giving-away`
 */
export const pauseSubscription = userAction({
  args: {},
  returns: v.null(),
  handler: async (ctx) => await changeOwn(ctx, { asMember: false }, stripe.pause),
});

/**
 * Resumes the caller's gift; for members.
 *
 * @throws `no-gift`, `no-giving`, `giving-away`
 */
export const resumeSubscription = memberAction({
  args: {},
  returns: v.null(),
  handler: async (ctx) => await changeOwn(ctx, { asMember: true }, stripe.resume),
});

/**
 * Ends the caller's gift at once: nothing more is charged.
 *
 * @throws `no-gift`, `no-giving`, `giving-away`
 */
export const cancelSubscription = userAction({
  args: {},
  returns: v.null(),
  handler: async (ctx) => await changeOwn(ctx, { asMember: false }, stripe.cancel),
});

/** Applies a change to each of the caller's subscriptions; there is rarely more than one. */
async function changeOwn(
  ctx: ActionCtx,
  who: { asMember: boolean },
  change: (stripeId: string) => Promise<stripe.SubscriptionAnswer>,
): Promise<null> {
  requireStripe();
  const own = await ctx.runQuery(internal.giving.own, who);
  for (const stripeId of own) await storeAnswer(ctx, await change(stripeId));
  return null;
}

function requireStripe(): void {
  if (!stripe.takesGifts()) throw refusal("no-giving");
}

function answered<T>(answer: stripe.Answer<T>): T {
  if (answer.is !== "answered") throw refusal("giving-away");
  return answer.value;
}

/** Stores Stripe's answer at once, so that its webhook changes nothing later. */
async function storeAnswer(ctx: ActionCtx, answer: stripe.SubscriptionAnswer) {
  return await ctx.runMutation(internal.subscriptions.updateSubscription, subscriptionIn(answer));
}

function subscriptionIn(answer: stripe.SubscriptionAnswer) {
  const { subscription, at } = answered(answer);
  if (!subscription) throw refusal("giving-away");
  return { subscription, at };
}

const stripeState = { subscription: stripeSubscription, at: v.number() };

/**
 * Stores a subscription, new or known, as Stripe answered at its time `at` (Unix milliseconds).
 * Returns its status, or null where its owner is not a user here.
 */
export const createSubscription = internalMutation({
  args: stripeState,
  returns: v.union(subscriptionStatus, v.null()),
  handler: async (ctx, { subscription, at }) => {
    const row = await applySubscription(ctx, subscription, { word: "answer", at }, Date.now());
    return row?.status ?? null;
  },
});

/** Stores a known subscription in the same way; null for an unknown one. */
export const updateSubscription = internalMutation({
  args: stripeState,
  returns: v.union(subscriptionStatus, v.null()),
  handler: async (ctx, { subscription, at }) => {
    if (!(await subscriptionByStripeId(ctx, subscription.id))) return null;
    const row = await applySubscription(ctx, subscription, { word: "answer", at }, Date.now());
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

/** The active subscriptions of a city in any spelling, in pages. */
export const getActiveSubscriptionsByCity = internalQuery({
  args: { city: v.string(), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(subscriptionRow),
  handler: async (ctx, args) => await activeSubscriptionsPage(ctx, args),
});
