import { weekMs, weekStart } from "../../../shared/time/week.ts";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { closeCorrections, openOf } from "./corrections.ts";
import { type City, isForPot, potCity } from "./commonPot.ts";
import { isPosted, post } from "./ledger.ts";

// The gifts of a week: the money that its run will distribute. A week is open until its run begins.
// A payment for a closed week counts for the first open one, so that every payment is distributed.

/** A payment as Stripe reports it: the amount paid in cents, and when (Unix milliseconds). */
export type Payment = { invoiceId: string; amount: number; paidAt: number };

/** Posts a payment to the ledger and adds it to its week's gift, once per invoice. */
export async function takePayment(
  ctx: MutationCtx,
  subscription: Doc<"subscriptions">,
  { invoiceId, amount, paidAt }: Payment,
  now: number,
): Promise<void> {
  const key = `paid:${invoiceId}`;
  if (amount <= 0 || (await isPosted(ctx, key))) return;
  const weekStartDate = await openWeek(ctx, weekStart(paidAt));
  const subscriptionId = subscription._id;
  const lines = [
    { account: "stripe" as const, amount: -amount },
    { account: "held" as const, amount },
  ];
  await post(ctx, { key, kind: "paid", subscriptionId, weekStartDate, lines, at: now });
  await addToGift(ctx, subscription, subscription, weekStartDate, { paid: amount, carriedIn: 0 });
  const open = await openOf(ctx, subscription);
  const owed = open.reduce((sum, { left }) => sum + left, 0);
  if (owed > 0)
    await closeCorrections(ctx, open, await takeFromGifts(ctx, subscription, weekStartDate, owed));
}

/** Money that went back to the giver, or came again: `cents` is negative then. */
export type Returned = { key: string; cents: number };

/**
 * Posts returned money to the ledger. What is not distributed yet is taken from the giver's gifts of
 * the open week; the rest is a correction, which the next weeks make up for.
 */
export async function returnMoney(
  ctx: MutationCtx,
  subscription: Doc<"subscriptions">,
  { key, cents }: Returned,
  now: number,
): Promise<void> {
  const weekStartDate = await openWeek(ctx, weekStart(now));
  const { _id: subscriptionId, userId, city, cityKey } = subscription;
  const lines = [
    { account: "stripe" as const, amount: cents },
    { account: "held" as const, amount: -cents },
  ];
  await post(ctx, { key, kind: "returned", subscriptionId, weekStartDate, lines, at: now });
  if (cents < 0) {
    const used = await closeCorrections(ctx, await openOf(ctx, subscription), -cents);
    const again = { paid: -cents - used, carriedIn: 0 };
    if (again.paid > 0) await addToGift(ctx, subscription, subscription, weekStartDate, again);
    return;
  }
  const left = cents - (await takeFromGifts(ctx, subscription, weekStartDate, cents));
  if (left === 0) return;
  const about = { subscriptionId, userId, city, cityKey, weekStartDate };
  await ctx.db.insert("corrections", { ...about, amount: left, left, isOpen: true, at: now });
}

/** Takes cents from a subscription's gifts of open weeks, and returns how many there were. */
async function takeFromGifts(
  ctx: MutationCtx,
  { _id }: Pick<Doc<"subscriptions">, "_id">,
  weekStartDate: number,
  cents: number,
): Promise<number> {
  const gifts = await ctx.db
    .query("gifts")
    .withIndex("by_subscription", (q) =>
      q.eq("subscriptionId", _id).gte("weekStartDate", weekStartDate),
    )
    .take(maxGifts);
  let rest = cents;
  for (const { _id: giftId, amount, returned = 0 } of gifts) {
    const by = Math.min(rest, amount);
    rest -= by;
    if (by === 0) continue;
    if (by === amount) await ctx.db.delete("gifts", giftId);
    else await ctx.db.patch("gifts", giftId, { returned: returned + by, amount: amount - by });
  }
  return cents - rest;
}

/** The first open week from `wanted` on. */
async function openWeek(ctx: Pick<QueryCtx, "db">, wanted: number): Promise<number> {
  const last = await latestRun(ctx);
  return last ? Math.max(wanted, last.weekStartDate + weekMs) : wanted;
}

/** The run that was begun last. Weeks are run in order, so it is the run of the latest week. */
export async function latestRun(
  ctx: Pick<QueryCtx, "db">,
): Promise<Doc<"distributionRuns"> | null> {
  return await ctx.db.query("distributionRuns").withIndex("by_week").order("desc").first();
}

type Added = { paid: number; carriedIn: number; waitsSince?: number };

/** Adds money (cents) to a subscription's gift for a city and week. */
async function addToGift(
  ctx: MutationCtx,
  { _id: subscriptionId, userId }: Pick<Doc<"subscriptions">, "_id" | "userId">,
  { city, cityKey }: City,
  weekStartDate: number,
  { paid, carriedIn, waitsSince }: Added,
): Promise<void> {
  const known = await ctx.db
    .query("gifts")
    .withIndex("by_subscription", (q) =>
      q
        .eq("subscriptionId", subscriptionId)
        .eq("weekStartDate", weekStartDate)
        .eq("cityKey", cityKey),
    )
    .unique();
  if (known) {
    const sums = { paid: known.paid + paid, carriedIn: known.carriedIn + carriedIn };
    const amount = sums.paid + sums.carriedIn - (known.returned ?? 0);
    const oldest = Math.min(waitsSince ?? Infinity, known.waitsSince ?? Infinity);
    const since = Number.isFinite(oldest) && { waitsSince: oldest };
    await ctx.db.patch("gifts", known._id, { ...sums, amount, ...since });
    return;
  }
  const amount = paid + carriedIn;
  const gift = { subscriptionId, userId, weekStartDate, city, cityKey, paid, carriedIn, amount };
  await ctx.db.insert("gifts", { ...gift, ...(waitsSince !== undefined && { waitsSince }) });
}

/**
 * Carries the undistributed part of a gift over to the next week of the same city. A gift without a
 * city goes to the city of the plan, which is the giver's as long as there is one; else to that of the
 * common pot. Returns that city where it took the money.
 */
export async function carryOver(
  ctx: MutationCtx,
  gift: Doc<"gifts">,
  subscription: Doc<"subscriptions">,
  cents: number,
): Promise<City | null> {
  const own = gift.cityKey === "" ? subscription : gift;
  const pot = (await isForPot(ctx, gift, { ...subscription, cityKey: own.cityKey }))
    ? await potCity(ctx)
    : null;
  const { weekStartDate, waitsSince = weekStartDate } = gift;
  const carried = { paid: 0, carriedIn: cents, ...(!pot && { waitsSince }) };
  await addToGift(ctx, subscription, pot ?? own, weekStartDate + weekMs, carried);
  return pot;
}

/** The next week to distribute: the earliest one with gifts and without a run. */
export async function dueWeek(ctx: Pick<QueryCtx, "db">): Promise<number | null> {
  const last = await latestRun(ctx);
  const first = await ctx.db
    .query("gifts")
    .withIndex("by_week_and_city", (q) => q.gt("weekStartDate", last?.weekStartDate ?? -1))
    .first();
  return first?.weekStartDate ?? null;
}

const maxGifts = 20;

/** A user's gifts of a week: one row for each subscription and city. */
export async function giftsOf(
  ctx: Pick<QueryCtx, "db">,
  userId: Id<"users">,
  weekStartDate: number,
): Promise<Doc<"gifts">[]> {
  return await ctx.db
    .query("gifts")
    .withIndex("by_week_and_user", (q) => q.eq("weekStartDate", weekStartDate).eq("userId", userId))
    .take(maxGifts);
}
