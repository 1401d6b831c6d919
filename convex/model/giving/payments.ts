import { weekMs, weekStart } from "../../../shared/time/week.ts";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { isPosted, post } from "./ledger.ts";

// What a week has to distribute. A week is open until its run begins; what is paid for a closed week
// is for the first open one, so that nothing is paid that no run distributes.

/** A payment as Stripe reports it: cents that were really paid, and when (milliseconds). */
export type Payment = { invoiceId: string; amount: number; paidAt: number };

/** Takes a payment into the books and into its week's gift, once per invoice. */
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
}

/** The first week from `wanted` on that no run has closed. */
async function openWeek(ctx: Pick<QueryCtx, "db">, wanted: number): Promise<number> {
  const last = await latestRun(ctx);
  return last ? Math.max(wanted, last.weekStartDate + weekMs) : wanted;
}

/** Weeks are run in their order: the run of the latest week is the last one that was begun. */
export async function latestRun(
  ctx: Pick<QueryCtx, "db">,
): Promise<Doc<"distributionRuns"> | null> {
  return await ctx.db.query("distributionRuns").withIndex("by_week").order("desc").first();
}

type Added = { paid: number; carriedIn: number };
type City = { city: string; cityKey: string };

/** Adds money to what a subscription has for a city in a week. */
async function addToGift(
  ctx: MutationCtx,
  { _id: subscriptionId, userId }: Pick<Doc<"subscriptions">, "_id" | "userId">,
  { city, cityKey }: City,
  weekStartDate: number,
  { paid, carriedIn }: Added,
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
    await ctx.db.patch("gifts", known._id, { ...sums, amount: sums.paid + sums.carriedIn });
    return;
  }
  const amount = paid + carriedIn;
  const gift = { subscriptionId, userId, weekStartDate, city, cityKey, paid, carriedIn, amount };
  await ctx.db.insert("gifts", gift);
}

/**
 * What a gift's week could not give goes on to the next week of the same city; of a gift without a
 * city, to the city that its owner has chosen meanwhile.
 */
export async function carryOn(
  ctx: MutationCtx,
  gift: Doc<"gifts">,
  subscription: Doc<"subscriptions">,
  cents: number,
): Promise<void> {
  const city = gift.cityKey === "" ? subscription : gift;
  const next = gift.weekStartDate + weekMs;
  await addToGift(ctx, subscription, city, next, { paid: 0, carriedIn: cents });
}

/** The earliest week that has gifts and no run: the next that is to be distributed. */
export async function dueWeek(ctx: Pick<QueryCtx, "db">): Promise<number | null> {
  const last = await latestRun(ctx);
  const first = await ctx.db
    .query("gifts")
    .withIndex("by_week_and_city", (q) => q.gt("weekStartDate", last?.weekStartDate ?? -1))
    .first();
  return first?.weekStartDate ?? null;
}

const maxGifts = 20;

/** What one person has in a week: one row for each subscription and city. */
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
