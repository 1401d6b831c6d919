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
  pause,
  type SubscriptionAnswer,
  subscriptionNow,
} from "./external/stripe/client.ts";
import { stripeEvent } from "./external/stripe/events.ts";
import { requireMember, requireUser } from "./model/callers/caller.ts";
import { withUser } from "./model/accounts/newUsers.ts";
import { locale, subscriptionStatus } from "./model/fields.ts";
import { closesAt, dropPage, pageFor, storeCheckoutSession } from "./model/giving/checkouts.ts";
import { takeStripeEvent } from "./model/giving/stripeEvents.ts";
import {
  keepInOrder,
  liveOf,
  storeCustomer,
  watchSubscriptions,
  wishFor,
} from "./model/giving/subscriptions.ts";
import { rowOf } from "./model/callers/users.ts";
import { refusal } from "./model/refusal.ts";

// The steps of giving, each one transaction, and what keeps Stripe and Plaza of one mind. Who calls
// is read from the token here as well: the actions that run these steps pass it on.

/** What a webhook does, once its signature has been checked. */
export const takeEvent = internalMutation({
  args: { event: stripeEvent },
  returns: v.null(),
  handler: async (ctx, { event }) => {
    await takeStripeEvent(ctx, event, Date.now());
    return null;
  },
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
 * A member wants to give `amount` cents a week: which of their subscriptions that changes, else the
 * payment page for it, else pages that have to be closed before; `closed` are. Refuses `bad-amount`,
 * `no-city`.
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
      await keepInOrder(ctx, user);
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

/** Keeps the caller's customer at Stripe, if need be for a `lost` one; gives the one that counts. */
export const noteCustomer = internalMutation({
  args: { customerId: v.string(), lost: v.optional(v.string()) },
  returns: v.string(),
  handler: async (ctx, args) => await storeCustomer(ctx, args),
});

/** Keeps which page Stripe has made for the caller; one that was paid meanwhile is gone already. */
export const notePage = internalMutation({
  args: { id: v.id("checkouts"), sessionId: v.string() },
  returns: v.null(),
  handler: async (ctx, args) => await storeCheckoutSession(ctx, args),
});

/** Forgets a page of the caller's that was paid. */
export const forgetPage = internalMutation({
  args: { sessionId: v.string() },
  returns: v.null(),
  handler: async (ctx, { sessionId }) => {
    const { user } = await requireUser(ctx);
    await dropPage(ctx, user._id, sessionId);
    return null;
  },
});

/** The caller's subscriptions that have not ended, by Stripe's ids. Refuses `no-gift`. */
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
  wish: v.union(v.literal("stop"), v.literal("pause"), v.literal("keep-one"), v.null()),
  live: v.array(v.object({ stripeId: v.string(), status: subscriptionStatus })),
});

/** What a user has running, and what is to be done about it. */
export const dueFor = internalQuery({
  args: { userId: v.id("users") },
  returns: due,
  handler: async (ctx, { userId }) => {
    const owner = await rowOf(ctx, userId);
    const live = owner ? await liveOf(ctx, owner._id) : [];
    return {
      wish: owner && wishFor(owner, live),
      live: live.map(({ stripeSubscriptionId: stripeId, status }) => ({ stripeId, status })),
    };
  },
});

const minute = 60_000;
const longestWaitMs = 6 * 60 * minute;
const maxAttempts = 30;

/**
 * Sees how a user's subscriptions are at Stripe, and then to it that nobody is charged who has left
 * or is barred, nor anybody twice. While Stripe is away it tries again, for days. `pages` are
 * payment pages to close; `hasLeft`: all ends, also where a barred account stays.
 */
export const settle = internalAction({
  args: {
    userId: v.id("users"),
    attempt: v.number(),
    hasLeft: v.optional(v.boolean()),
    pages: v.optional(v.array(v.string())),
  },
  returns: v.null(),
  handler: async (ctx, { userId, attempt, hasLeft = false, pages = [] }) => {
    const open = await closeAll(ctx, pages);
    const isDone = (await look(ctx, userId)) && (await act(ctx, userId, hasLeft));
    if ((isDone && open.length === 0) || attempt >= maxAttempts) return null;
    const wait = Math.min(minute * 2 ** attempt, longestWaitMs);
    const again = { userId, attempt: attempt + 1, hasLeft, pages: open };
    await ctx.scheduler.runAfter(wait, internal.giving.settle, again);
    return null;
  },
});

/** Closes payment pages; gives those that could not be. One that was paid is looked at. */
async function closeAll(ctx: ActionCtx, pages: readonly string[]): Promise<string[]> {
  const open: string[] = [];
  for (const sessionId of pages) {
    const closed = await closePage(sessionId);
    if (closed.is === "away") open.push(sessionId);
    if (closed.is !== "answered" || closed.value.is !== "paid") continue;
    if (!(await taken(ctx, await subscriptionNow(closed.value.id)))) open.push(sessionId);
  }
  return open;
}

/** Takes over how everything is at Stripe; false where Stripe was away. */
async function look(ctx: ActionCtx, userId: Id<"users">): Promise<boolean> {
  const { live } = await ctx.runQuery(internal.giving.dueFor, { userId });
  const all: boolean[] = [];
  for (const { stripeId } of live) all.push(await taken(ctx, await subscriptionNow(stripeId)));
  return !all.includes(false);
}

async function act(ctx: ActionCtx, userId: Id<"users">, hasLeft: boolean): Promise<boolean> {
  const { live, wish } = await ctx.runQuery(internal.giving.dueFor, { userId });
  const all: boolean[] = [];
  for (const [index, { stripeId, status }] of live.entries()) {
    const isEnding = hasLeft || wish === "stop" || (wish === "keep-one" && index > 0);
    if (isEnding) all.push(await taken(ctx, await cancel(stripeId)));
    else if (wish === "pause" && status === "active")
      all.push(await taken(ctx, await pause(stripeId)));
  }
  return !all.includes(false);
}

/** Takes an answer over; false where there was none. */
async function taken(ctx: ActionCtx, answer: SubscriptionAnswer): Promise<boolean> {
  // What Stripe does not know is not charged: it is of another account, or of its tests.
  if (answer.is !== "answered") return answer.is === "gone";
  const { subscription, at } = answer.value;
  if (subscription)
    await ctx.runMutation(internal.subscriptions.createSubscription, { subscription, at });
  return true;
}

/**
 * Looks at everybody's subscriptions for whom something was left undone, page by page; a cron runs
 * it.
 */
export const watch = internalMutation({
  args: {
    status: v.union(v.literal("active"), v.literal("paused")),
    cursor: v.union(v.string(), v.null()),
  },
  returns: v.null(),
  handler: async (ctx, args) => await watchSubscriptions(ctx, args),
});
