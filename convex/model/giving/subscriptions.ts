import type { Infer } from "convex/values";
import type { PaginationOptions } from "convex/server";
import { cityKeyOf } from "../../../shared/money/city.ts";
import { internal } from "../../_generated/api.js";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import type { StripeSubscription } from "../../external/stripe/objects.ts";
import type { stripeWord } from "../fields.ts";
import { isBlocked } from "../people/accountStatus.ts";
import { rowOf } from "../callers/users.ts";
import { dropPages } from "./checkouts.ts";
import { eraseCustomers, erasedCustomer, storedCustomer } from "./customers.ts";
import { requireUser } from "../callers/caller.ts";

// Donation plans (table `subscriptions`) follow Stripe. Webhooks are delivered at least once, late
// and unordered, so each update has Stripe's time, and the newest wins.

type Reading = Pick<QueryCtx, "db">;
/** Where a state comes from: an event's kind or an API answer (`word`), and Stripe's time of it. */
export type UpdateSource = { word: Infer<typeof stripeWord>; at: number };

const maxPerUser = 20;

export async function subscriptionByStripeId(
  ctx: Reading,
  stripeSubscriptionId: string,
): Promise<Doc<"subscriptions"> | null> {
  return await ctx.db
    .query("subscriptions")
    .withIndex("by_stripe_subscription_id", (q) =>
      q.eq("stripeSubscriptionId", stripeSubscriptionId),
    )
    .unique();
}

/** A user's subscriptions, the newest first. */
export async function subscriptionsOf(
  ctx: Reading,
  userId: Id<"users">,
): Promise<Doc<"subscriptions">[]> {
  return await ctx.db
    .query("subscriptions")
    .withIndex("by_user", (q) => q.eq("userId", userId))
    .order("desc")
    .take(maxPerUser);
}

/** A user's subscriptions that have not ended, the oldest first: of several, the oldest is kept. */
export async function liveOf(ctx: Reading, userId: Id<"users">): Promise<Doc<"subscriptions">[]> {
  const all = await subscriptionsOf(ctx, userId);
  return all
    .filter(({ status }) => status !== "cancelled")
    .toSorted(
      (a, b) =>
        a.startDate - b.startDate || (a.stripeSubscriptionId < b.stripeSubscriptionId ? -1 : 1),
    );
}

/**
 * Stores the state of a subscription at Stripe, unless a newer one is known. Returns null where its
 * owner is not a user here.
 */
export async function applySubscription(
  ctx: MutationCtx,
  said: StripeSubscription,
  { word, at }: UpdateSource,
  now: number,
): Promise<Doc<"subscriptions"> | null> {
  const known = await subscriptionByStripeId(ctx, said.id);
  const { amount, status, startDate, nextPaymentAt } = said;
  const state = { amount, status, startDate, stripeAt: at, stripeFrom: word };
  if (!known)
    return await add(ctx, said, { ...state, ...(nextPaymentAt && { nextPaymentAt }) }, now);
  const order = orderOf(known, said, { word, at });
  if (order === "unclear") await scheduleRefresh(ctx, known);
  if (order === "older" || (order === "unclear" && word !== "answer")) return known;
  await ctx.db.patch("subscriptions", known._id, { ...state, nextPaymentAt, updatedAt: now });
  return await ctx.db.get("subscriptions", known._id);
}

/**
 * Compares an update with the stored state. Stripe's times are whole seconds. Within one second, a
 * creation comes first and a cancellation last; the order of other updates cannot be known.
 */
function orderOf(
  known: Doc<"subscriptions">,
  said: StripeSubscription,
  { word, at }: UpdateSource,
): "older" | "newer" | "unclear" {
  if (known.status === "cancelled") return "older";
  if (at !== known.stripeAt) return at < known.stripeAt ? "older" : "newer";
  if (said.status === "cancelled") return "newer";
  if (word === "created") return "older";
  if (known.stripeFrom === "created") return "newer";
  return isSame(known, said) ? "older" : "unclear";
}

function isSame(known: Doc<"subscriptions">, said: StripeSubscription): boolean {
  const { amount, status, startDate, nextPaymentAt } = known;
  return (
    amount === said.amount &&
    status === said.status &&
    startDate === said.startDate &&
    nextPaymentAt === said.nextPaymentAt
  );
}

/** Long enough that an answer from Stripe is newer, in whole seconds, than both updates. */
const refreshDelayMs = 2_000;

async function scheduleRefresh(ctx: MutationCtx, { userId }: Doc<"subscriptions">): Promise<void> {
  await ctx.scheduler.runAfter(refreshDelayMs, internal.giving.settle, { userId, attempt: 0 });
}

/** A subscription as an invoice or a Checkout Session refers to it. `at` in Unix milliseconds. */
export type SubscriptionReference = {
  subscriptionId: string;
  customerId: string;
  plazaUser: string;
  amount: number;
  at: number;
};

/**
 * Finds the subscription of an invoice or a Checkout Session, or adds it: their events can come
 * before the subscription's own.
 */
export async function findOrAddSubscription(
  ctx: MutationCtx,
  { subscriptionId: id, customerId, plazaUser, amount, at }: SubscriptionReference,
  now: number,
): Promise<Doc<"subscriptions"> | null> {
  const known = await subscriptionByStripeId(ctx, id);
  if (known) return known;
  // Any update of the subscription itself counts as newer than time 0.
  const state = { amount, status: "active" as const, startDate: at, stripeAt: 0 };
  return await add(ctx, { id, customerId, plazaUser }, state, now);
}

type State = Pick<
  Doc<"subscriptions">,
  "amount" | "status" | "startDate" | "stripeAt" | "stripeFrom" | "nextPaymentAt"
>;

async function add(
  ctx: MutationCtx,
  { id, customerId, plazaUser }: Pick<StripeSubscription, "id" | "customerId" | "plazaUser">,
  state: State,
  now: number,
): Promise<Doc<"subscriptions"> | null> {
  const userId = ctx.db.normalizeId("users", plazaUser);
  // A deleted user still owns it: a payment stays in the ledger.
  const owner = userId && (await rowOf(ctx, userId));
  if (!owner) return null;
  const city = owner.city ?? "";
  const hasLeft = owner.deletedAt !== undefined;
  const added = await ctx.db.insert("subscriptions", {
    userId: owner._id,
    stripeSubscriptionId: id,
    stripeCustomerId: hasLeft
      ? await erasedCustomer(customerId)
      : await storedCustomer(ctx, customerId),
    city,
    cityKey: cityKeyOf(city),
    ...state,
    createdAt: now,
    updatedAt: now,
  });
  await scheduleReconciliation(ctx, owner);
  return await ctx.db.get("subscriptions", added);
}

/** Schedules a reconciliation where an owner's subscriptions must change; see `requiredChange`. */
export async function scheduleReconciliation(ctx: MutationCtx, owner: Doc<"users">): Promise<void> {
  const { _id: userId } = owner;
  if (requiredChange(owner, await liveOf(ctx, userId)) === null) return;
  await ctx.scheduler.runAfter(0, internal.giving.settle, { userId, attempt: 0 });
}

/**
 * The change that an owner's subscriptions need at Stripe: deleted users are not charged ("stop"),
 * nor blocked ones ("pause"), and nobody is charged twice ("keep-one"). Null: none.
 */
export function requiredChange(
  owner: Doc<"users">,
  live: readonly Doc<"subscriptions">[],
): "stop" | "pause" | "keep-one" | null {
  if (live.length === 0) return null;
  if (owner.deletedAt !== undefined) return "stop";
  const isCharged = live.some(({ status }) => status === "active");
  if (isBlocked(owner.accountStatus) && isCharged) return "pause";
  return live.length > 1 ? "keep-one" : null;
}

/** Updates the city of a user's subscriptions after the user's city has changed. */
export async function followCity(ctx: Pick<MutationCtx, "db">, userId: Id<"users">): Promise<void> {
  const owner = await ctx.db.get("users", userId);
  if (!owner || owner.deletedAt !== undefined) return;
  const city = owner.city ?? "";
  for (const { _id, ...row } of await liveOf(ctx, userId))
    if (row.city !== city)
      await ctx.db.patch("subscriptions", _id, { city, cityKey: cityKeyOf(city) });
}

/**
 * Ends the subscriptions of a user who leaves, closes their payment pages, and deletes them as a
 * customer at Stripe. `customers`: Stripe's ids from their user rows.
 */
export async function endGiving(
  ctx: MutationCtx,
  userId: Id<"users">,
  customers: readonly string[],
): Promise<void> {
  const pages = await dropPages(ctx, userId);
  const live = await liveOf(ctx, userId);
  const erased = await eraseCustomers(ctx, await subscriptionsOf(ctx, userId), customers);
  if (pages.length === 0 && live.length === 0 && erased.length === 0) return;
  const leaving = { userId, hasLeft: true, pages, customers: erased, attempt: 0 };
  await ctx.scheduler.runAfter(0, internal.giving.settle, leaving);
}

/**
 * Stores the caller's Stripe customer unless there is one other than `lost`; returns the stored
 * one.
 */
export async function storeCustomer(
  ctx: MutationCtx,
  { customerId, lost }: { customerId: string; lost?: string | undefined },
) {
  const { user } = await requireUser(ctx);
  const { stripeCustomerId: known } = user;
  if (known !== undefined && known !== lost) return known;
  await ctx.db.patch("users", user._id, { stripeCustomerId: customerId });
  return customerId;
}

const watchBatch = 100;

/** Schedules a reconciliation for all owners whose subscriptions need one, page by page. */
export async function watchSubscriptions(
  ctx: MutationCtx,
  { status, cursor }: { status: "active" | "paused"; cursor: string | null },
) {
  const found = await ctx.db
    .query("subscriptions")
    .withIndex("by_status", (q) => q.eq("status", status))
    .paginate({ numItems: watchBatch, cursor });
  for (const row of found.page) {
    const owner = await ctx.db.get("users", row.userId);
    if (!owner || requiredChange(owner, [row]) === null) continue;
    await ctx.scheduler.runAfter(0, internal.giving.settle, { userId: owner._id, attempt: 0 });
  }
  const next = found.isDone
    ? status === "active" && { status: "paused" as const, cursor: null }
    : { status, cursor: found.continueCursor };
  if (next) await ctx.scheduler.runAfter(0, internal.giving.watch, next);
  return null;
}

const maxPerPage = 500;

/** The active subscriptions of a city, in pages. */
export async function activeSubscriptionsPage(
  ctx: QueryCtx,
  { city, paginationOpts }: { city: string; paginationOpts: PaginationOptions },
) {
  const numItems = Math.min(paginationOpts.numItems, maxPerPage);
  return await ctx.db
    .query("subscriptions")
    .withIndex("by_city", (q) => q.eq("cityKey", cityKeyOf(city)).eq("status", "active"))
    .paginate({ ...paginationOpts, numItems });
}
