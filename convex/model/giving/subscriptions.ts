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
import { requireUser } from "../callers/caller.ts";

// A subscription is what Stripe says it is. Its words come twice, late and in any order, so each
// carries Stripe's time, and the newest counts.

type Reading = Pick<QueryCtx, "db">;
/** A word of Stripe's, and its time of it in whole seconds. */
export type Word = { word: Infer<typeof stripeWord>; at: number };

const maxOfOne = 20;

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
    .take(maxOfOne);
}

/** Those that have not ended, the first of them first: it is the one that stays. */
export async function liveOf(ctx: Reading, userId: Id<"users">): Promise<Doc<"subscriptions">[]> {
  const all = await subscriptionsOf(ctx, userId);
  return all
    .filter(({ status }) => status !== "cancelled")
    .toSorted(
      (a, b) =>
        a.startDate - b.startDate || (a.stripeSubscriptionId < b.stripeSubscriptionId ? -1 : 1),
    );
}

/** Takes over what Stripe says of a subscription, new or known. Null: its owner is none of ours. */
export async function takeOver(
  ctx: MutationCtx,
  said: StripeSubscription,
  { word, at }: Word,
  now: number,
): Promise<Doc<"subscriptions"> | null> {
  const known = await subscriptionByStripeId(ctx, said.id);
  const { amount, status, startDate, nextPaymentAt } = said;
  const state = { amount, status, startDate, stripeAt: at, stripeFrom: word };
  if (!known)
    return await add(ctx, said, { ...state, ...(nextPaymentAt && { nextPaymentAt }) }, now);
  const order = orderOf(known, said, { word, at });
  if (order === "unclear") await lookAgain(ctx, known);
  if (order === "older" || (order === "unclear" && word !== "answer")) return known;
  await ctx.db.patch("subscriptions", known._id, { ...state, nextPaymentAt, updatedAt: now });
  return await ctx.db.get("subscriptions", known._id);
}

/**
 * Whether a word is older or newer than what is known. Stripe counts in seconds: of two words of one
 * second an end is the last and a beginning the first; of two others nobody can tell.
 */
function orderOf(
  known: Doc<"subscriptions">,
  said: StripeSubscription,
  { word, at }: Word,
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

/** In the next second, whose answer is newer than either. */
const nextSecondMs = 2_000;

async function lookAgain(ctx: MutationCtx, { userId }: Doc<"subscriptions">): Promise<void> {
  await ctx.scheduler.runAfter(nextSecondMs, internal.giving.settle, { userId, attempt: 0 });
}

/** What a payment or a payment page knows of a subscription. */
export type Glimpse = {
  subscriptionId: string;
  customerId: string;
  plazaUser: string;
  amount: number;
  at: number;
};

/** The subscription that a payment or a page is about; one that nobody has told of yet is added. */
export async function glimpsed(
  ctx: MutationCtx,
  { subscriptionId: id, customerId, plazaUser, amount, at }: Glimpse,
  now: number,
): Promise<Doc<"subscriptions"> | null> {
  const known = await subscriptionByStripeId(ctx, id);
  if (known) return known;
  // Whatever Stripe says of it itself is newer.
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
  // Who has left owns it still: what was paid is paid, and stays in the books.
  const owner = userId && (await rowOf(ctx, userId));
  if (!owner) return null;
  const city = owner.city ?? "";
  const added = await ctx.db.insert("subscriptions", {
    userId: owner._id,
    stripeSubscriptionId: id,
    stripeCustomerId: customerId,
    city,
    cityKey: cityKeyOf(city),
    ...state,
    createdAt: now,
    updatedAt: now,
  });
  await keepInOrder(ctx, owner);
  return await ctx.db.get("subscriptions", added);
}

/** Nobody is charged after they have left, or twice, or while they are barred. */
export async function keepInOrder(ctx: MutationCtx, owner: Doc<"users">): Promise<void> {
  const { _id: userId } = owner;
  if (wishFor(owner, await liveOf(ctx, userId)) === null) return;
  await ctx.scheduler.runAfter(0, internal.giving.settle, { userId, attempt: 0 });
}

/** What is to be done at Stripe about an owner's subscriptions; null where all is well. */
export function wishFor(
  owner: Doc<"users">,
  live: readonly Doc<"subscriptions">[],
): "stop" | "pause" | "keep-one" | null {
  if (live.length === 0) return null;
  if (owner.deletedAt !== undefined) return "stop";
  const isCharged = live.some(({ status }) => status === "active");
  if (isBlocked(owner.accountStatus) && isCharged) return "pause";
  return live.length > 1 ? "keep-one" : null;
}

/** A subscription works for its owner's city: where that changes, it follows. */
export async function followCity(ctx: Pick<MutationCtx, "db">, userId: Id<"users">): Promise<void> {
  const owner = await ctx.db.get("users", userId);
  if (!owner || owner.deletedAt !== undefined) return;
  const city = owner.city ?? "";
  for (const { _id, ...row } of await liveOf(ctx, userId))
    if (row.city !== city)
      await ctx.db.patch("subscriptions", _id, { city, cityKey: cityKeyOf(city) });
}

/** Somebody leaves: their subscriptions end at Stripe and their payment pages close. */
export async function endGiving(ctx: MutationCtx, userId: Id<"users">): Promise<void> {
  const pages = await dropPages(ctx, userId);
  const live = await liveOf(ctx, userId);
  if (pages.length === 0 && live.length === 0) return;
  const leaving = { userId, hasLeft: true, pages, attempt: 0 };
  await ctx.scheduler.runAfter(0, internal.giving.settle, leaving);
}

/** Stores the caller's Stripe customer, or replaces a `lost` one; returns the one that counts. */
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

/** Schedules a look at Stripe for owners whose subscriptions do not fit, page by page. */
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
    if (!owner || wishFor(owner, [row]) === null) continue;
    await ctx.scheduler.runAfter(0, internal.giving.settle, { userId: owner._id, attempt: 0 });
  }
  const next = found.isDone
    ? status === "active" && { status: "paused" as const, cursor: null }
    : { status, cursor: found.continueCursor };
  if (next) await ctx.scheduler.runAfter(0, internal.giving.watch, next);
  return null;
}

const mostPerPage = 500;

/** The active subscriptions of a city, page by page. */
export async function activeSubscriptionsPage(
  ctx: QueryCtx,
  { city, paginationOpts }: { city: string; paginationOpts: PaginationOptions },
) {
  const numItems = Math.min(paginationOpts.numItems, mostPerPage);
  return await ctx.db
    .query("subscriptions")
    .withIndex("by_city", (q) => q.eq("cityKey", cityKeyOf(city)).eq("status", "active"))
    .paginate({ ...paginationOpts, numItems });
}
