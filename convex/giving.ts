import { v } from "convex/values";
import { weeklyAmount } from "../shared/money/money.ts";
import { cityKeyOf } from "../shared/money/city.ts";
import { internal } from "./_generated/api.js";
import type { Id } from "./_generated/dataModel.js";
import {
  type ActionCtx,
  internalAction,
  internalMutation,
  internalQuery,
} from "./_generated/server.js";
import {
  cancel,
  closePage,
  deleteCustomer,
  pause,
  type SubscriptionAnswer,
  subscriptionNow,
} from "./external/stripe/client.ts";
import { stripeEvent } from "./external/stripe/events.ts";
import { requireMember, requireUser } from "./model/callers/caller.ts";
import { withUser } from "./model/accounts/newUsers.ts";
import { locale, subscriptionStatus } from "./model/fields.ts";
import { closesAt, dropPage, pageFor, storeCheckoutSession } from "./model/giving/checkouts.ts";
import { isCustomerKnown } from "./model/giving/returns.ts";
import { takeStripeEvent } from "./model/giving/stripeEvents.ts";
import {
  scheduleReconciliation,
  liveOf,
  storeCustomer,
  watchSubscriptions,
  requiredChange,
} from "./model/giving/subscriptions.ts";
import { rowOf } from "./model/callers/users.ts";
import { refusal } from "./model/refusal.ts";

// The transactions behind the giving actions, and the reconciliation with Stripe. The actions pass
// the caller's token on, so that these functions check the caller as well.

/** Processes a Stripe event whose signature has been verified. */
export const takeEvent = internalMutation({
  args: { event: stripeEvent },
  returns: v.null(),
  handler: async (ctx, { event }) => {
    await takeStripeEvent(ctx, event, Date.now());
    return null;
  },
});

/** Whether it is known which customer's a Stripe charge is. */
export const isChargeKnown = internalQuery({
  args: { chargeId: v.string() },
  returns: v.boolean(),
  handler: async (ctx, { chargeId }) => await isCustomerKnown(ctx, chargeId),
});

const page = v.object({
  id: v.id("checkouts"),
  key: v.string(),
  userId: v.id("users"),
  customerId: v.optional(v.string()),
  sessionId: v.optional(v.string()),
  amount: v.number(),
  locale,
  closesAt: v.number(),
});

/**
 * The next step for a member who wants to give `amount` cents a week: "change" their subscription,
 * "close" pages for other amounts first (`closed`: those that are), or show the payment "page".
 *
 * @throws `bad-amount`, `no-city`
 */
export const begin = internalMutation({
  args: { amount: v.number(), locale, closed: v.array(v.string()) },
  returns: v.union(
    v.object({ is: v.literal("change"), stripeId: v.string() }),
    v.object({ is: v.literal("close"), sessionIds: v.array(v.string()) }),
    v.object({ is: v.literal("page"), page }),
  ),
  handler: async (ctx, { amount, locale, closed }) => {
    const now = Date.now();
    const { user } = await withUser(ctx, await requireMember(ctx), now);
    if (weeklyAmount(amount) === undefined) throw refusal("bad-amount");
    if (cityKeyOf(user.city ?? "") === "") throw refusal("no-city");
    const [first] = await liveOf(ctx, user._id);
    if (first) {
      await scheduleReconciliation(ctx, user);
      return { is: "change" as const, stripeId: first.stripeSubscriptionId };
    }
    const { _id: userId, stripeCustomerId: customerId } = user;
    const found = await pageFor(ctx, { userId, amount, locale }, closed, now);
    if ("toClose" in found) return { is: "close" as const, sessionIds: found.toClose };
    const { _id: id, startedAt, sessionId } = found.open;
    return {
      is: "page" as const,
      page: {
        id,
        key: `page:${id}:${startedAt}`,
        userId,
        amount: found.open.amount,
        locale: found.open.locale,
        closesAt: closesAt(found.open),
        ...(customerId !== undefined && { customerId }),
        ...(sessionId !== undefined && { sessionId }),
      },
    };
  },
});

/**
 * Stores the caller's Stripe customer unless there is one other than `lost`; returns the stored
 * one.
 */
export const noteCustomer = internalMutation({
  args: { customerId: v.string(), lost: v.optional(v.string()) },
  returns: v.string(),
  handler: async (ctx, args) => await storeCustomer(ctx, args),
});

/**
 * Stores the Checkout Session of the caller's payment page; a page paid meanwhile is deleted
 * already.
 */
export const notePage = internalMutation({
  args: { id: v.id("checkouts"), sessionId: v.string() },
  returns: v.null(),
  handler: async (ctx, args) => await storeCheckoutSession(ctx, args),
});

/** Deletes a payment page of the caller that was paid. */
export const forgetPage = internalMutation({
  args: { sessionId: v.string() },
  returns: v.null(),
  handler: async (ctx, { sessionId }) => {
    const { user } = await requireUser(ctx);
    await dropPage(ctx, user._id, sessionId);
    return null;
  },
});

/**
 * Stripe's ids of the caller's subscriptions that have not ended.
 *
 * @throws `no-gift`
 */
export const own = internalQuery({
  args: { asMember: v.boolean() },
  returns: v.array(v.string()),
  handler: async (ctx, { asMember }) => {
    if (asMember) await requireMember(ctx);
    const { user } = await requireUser(ctx);
    const live = await liveOf(ctx, user._id);
    if (live.length === 0) throw refusal("no-gift");
    return live.map(({ stripeSubscriptionId }) => stripeSubscriptionId);
  },
});

const due = v.object({
  change: v.union(v.literal("stop"), v.literal("pause"), v.literal("keep-one"), v.null()),
  live: v.array(v.object({ stripeId: v.string(), status: subscriptionStatus })),
});

/** A user's subscriptions that have not ended, and the change that they need at Stripe. */
export const dueFor = internalQuery({
  args: { userId: v.id("users") },
  returns: due,
  handler: async (ctx, { userId }) => {
    const owner = await rowOf(ctx, userId);
    const live = owner ? await liveOf(ctx, owner._id) : [];
    return {
      change: owner && requiredChange(owner, live),
      live: live.map(({ stripeSubscriptionId: stripeId, status }) => ({ stripeId, status })),
    };
  },
});

const minute = 60_000;
const maxWaitMs = 6 * 60 * minute;
const maxAttempts = 30;

/**
 * Reconciles a user's subscriptions with Stripe: refreshes their states, then applies
 * `requiredChange`. While Stripe is unavailable it retries with increasing delays, for five days.
 * `pages`: payment pages to close; `hasLeft`: end all subscriptions, also of a blocked account
 * whose row stays; `customers`: Stripe customers to delete once nothing is charged any more.
 */
export const settle = internalAction({
  args: {
    userId: v.id("users"),
    attempt: v.number(),
    hasLeft: v.optional(v.boolean()),
    pages: v.optional(v.array(v.string())),
    customers: v.optional(v.array(v.string())),
  },
  returns: v.null(),
  handler: async (ctx, { userId, attempt, hasLeft = false, pages = [], customers = [] }) => {
    const open = await closePages(ctx, pages);
    const isDone =
      (await refreshFromStripe(ctx, userId)) &&
      (await applyRequiredChange(ctx, userId, hasLeft)) &&
      open.length === 0;
    const left = isDone ? await deleteCustomers(customers) : customers;
    if ((isDone && left.length === 0) || attempt >= maxAttempts) return null;
    const wait = Math.min(minute * 2 ** attempt, maxWaitMs);
    const again = { userId, attempt: attempt + 1, hasLeft, pages: open, customers: left };
    await ctx.scheduler.runAfter(wait, internal.giving.settle, again);
    return null;
  },
});

/**
 * Closes payment pages and returns those that are still open. Stores the subscriptions of paid
 * ones.
 */
async function closePages(ctx: ActionCtx, pages: readonly string[]): Promise<string[]> {
  const open: string[] = [];
  for (const sessionId of pages) {
    const closed = await closePage(sessionId);
    if (closed.is === "away") open.push(sessionId);
    if (closed.is !== "answered" || closed.value.is !== "paid") continue;
    if (!(await storeAnswer(ctx, await subscriptionNow(closed.value.id)))) open.push(sessionId);
  }
  return open;
}

/** Deletes Stripe customers and returns those that are still there. */
async function deleteCustomers(customers: readonly string[]): Promise<string[]> {
  const left: string[] = [];
  for (const id of customers) if ((await deleteCustomer(id)).is === "away") left.push(id);
  return left;
}

/** Stores the states of a user's subscriptions at Stripe; false where Stripe was unavailable. */
async function refreshFromStripe(ctx: ActionCtx, userId: Id<"users">): Promise<boolean> {
  const { live } = await ctx.runQuery(internal.giving.dueFor, { userId });
  const all: boolean[] = [];
  for (const { stripeId } of live)
    all.push(await storeAnswer(ctx, await subscriptionNow(stripeId)));
  return !all.includes(false);
}

async function applyRequiredChange(
  ctx: ActionCtx,
  userId: Id<"users">,
  hasLeft: boolean,
): Promise<boolean> {
  const { live, change } = await ctx.runQuery(internal.giving.dueFor, { userId });
  const all: boolean[] = [];
  for (const [index, { stripeId, status }] of live.entries()) {
    const isEnding = hasLeft || change === "stop" || (change === "keep-one" && index > 0);
    if (isEnding) all.push(await storeAnswer(ctx, await cancel(stripeId)));
    else if (change === "pause" && status === "active")
      all.push(await storeAnswer(ctx, await pause(stripeId)));
  }
  return !all.includes(false);
}

/** Stores an answer; false where Stripe was unavailable. */
async function storeAnswer(ctx: ActionCtx, answer: SubscriptionAnswer): Promise<boolean> {
  // An unknown subscription is not charged: it belongs to another Stripe account or to test mode.
  if (answer.is !== "answered") return answer.is === "gone";
  const { subscription, at } = answer.value;
  if (subscription)
    await ctx.runMutation(internal.subscriptions.createSubscription, { subscription, at });
  return true;
}

/** Schedules the reconciliation of all users who need one, page by page; a cron runs it daily. */
export const watch = internalMutation({
  args: {
    status: v.union(v.literal("active"), v.literal("paused")),
    cursor: v.union(v.string(), v.null()),
  },
  returns: v.null(),
  handler: async (ctx, args) => await watchSubscriptions(ctx, args),
});
