import { type Infer, v } from "convex/values";
import { countGifts, type Gifts, noGifts } from "../../../shared/money/giftCounts.ts";
import { weekStart } from "../../../shared/time/week.ts";
import type { Doc } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";
import { bookCheck, distributionRun, giftCount } from "../fields.ts";
import { correctionFor } from "./corrections.ts";
import { dueWeek } from "./payments.ts";
import { planOf } from "./allocation.ts";

// The preview of a week that is not distributed yet. It uses the run's functions and writes
// nothing.

export const cityGifts = v.object({
  city: v.string(),
  cityKey: v.string(),
  count: v.number(),
  amount: v.number(),
  largest: v.number(),
  counts: v.array(giftCount),
});

/** A charity's share of a planned week; money in cents. */
export const plannedShare = v.object({
  charityId: v.id("charities"),
  name: v.string(),
  urgency: v.number(),
  gap: v.number(),
  amount: v.number(),
});

export const shownRun = distributionRun.pick(
  "weekStartDate",
  "state",
  "startedAt",
  "distributedAt",
  "gifts",
  "amount",
  "given",
  "carried",
  "corrected",
  "owed",
  "pot",
  "rows",
  "charities",
  "cities",
);

export const shownCheck = bookCheck.pick("finishedAt", "paid", "held", "given", "problems");

async function lastCheck(ctx: QueryCtx): Promise<Infer<typeof shownCheck> | null> {
  const latest = await ctx.db.query("bookChecks").withIndex("by_started").order("desc").take(2);
  const check = latest.find((one) => one.finishedAt !== undefined);
  if (!check) return null;
  const { finishedAt, paid, held, given, problems } = check;
  return { ...(finishedAt !== undefined && { finishedAt }), paid, held, given, problems };
}

/** The next week to distribute, the last run and the last finished check of the ledger. */
export async function dueDistribution(ctx: QueryCtx, { now }: { now: number }) {
  const weekStartDate = await dueWeek(ctx);
  const last = await ctx.db.query("distributionRuns").withIndex("by_week").order("desc").first();
  return {
    weekStartDate,
    hasEnded: weekStartDate !== null && weekStartDate < weekStart(now),
    last: last && toShownRun(last),
    books: await lastCheck(ctx),
  };
}

/** One page of a week's gifts, counted by city. */
export async function countGiftsByCity(
  ctx: QueryCtx,
  { weekStartDate, cursor }: { weekStartDate: number; cursor: string | null },
) {
  const page = await ctx.db
    .query("gifts")
    .withIndex("by_week_and_city", (q) => q.eq("weekStartDate", weekStartDate))
    .paginate({ numItems: 2000, cursor });
  const cities = [...Map.groupBy(page.page, ({ cityKey }) => cityKey)].map(([cityKey, gifts]) => ({
    city: gifts[0]?.city ?? "",
    cityKey,
    ...countGifts(
      noGifts,
      gifts.map(({ amount }) => amount),
    ),
  }));
  return { cities, cursor: page.isDone ? null : page.continueCursor };
}

/** The shares that the charities of a city would receive of these gifts. */
export async function plannedShares(
  ctx: QueryCtx,
  { weekStartDate, gifts }: { weekStartDate: number; gifts: Infer<typeof cityGifts> },
) {
  const { city, cityKey, count, amount } = gifts;
  const corrected = await correctionFor(ctx, cityKey, { weekStartDate, amount });
  const net = corrected > 0 ? withoutCorrection(gifts, corrected) : gifts;
  const { plan, claimants } = await planOf(ctx, cityKey, net, weekStartDate);
  const { toGive, toCarry, eligible } = plan;
  const shares: Infer<typeof plannedShare>[] = [];
  let spelled: string | undefined;
  for (const share of plan.charities.toSorted((a, b) => b.amount - a.amount)) {
    const claimant = claimants.get(share.id);
    if (!claimant || share.amount === 0) continue;
    const { id: charityId, urgency, gap } = claimant;
    const charity = await ctx.db.get("charities", charityId);
    spelled ??= charity?.city;
    shares.push({ charityId, name: charity?.name ?? "", urgency, gap, amount: share.amount });
  }
  const totals = { gifts: count, amount, corrected, toGive, toCarry, eligible };
  return { city: spelled ?? city, ...totals, shares };
}

/** The gifts as the run counts them after a correction, to the cent of each amount. */
function withoutCorrection({ amount: whole, counts }: Gifts, corrected: number): Gifts {
  const left = counts.flatMap(({ amount, count }) => {
    const cents = amount - Math.floor((amount * corrected) / whole);
    return cents > 0 ? [{ amount: cents, count }] : [];
  });
  return {
    count: left.reduce((sum, { count }) => sum + count, 0),
    amount: whole - corrected,
    largest: Math.max(0, ...left.map(({ amount }) => amount)),
    counts: left,
  };
}

export function toShownRun(run: Doc<"distributionRuns">): Infer<typeof shownRun> {
  const { weekStartDate, state, startedAt, distributedAt, gifts, amount, given } = run;
  const { carried, corrected, owed, pot, rows, charities, cities } = run;
  return {
    weekStartDate,
    state,
    startedAt,
    ...(distributedAt !== undefined && { distributedAt }),
    gifts,
    amount,
    given,
    carried,
    ...(corrected !== undefined && { corrected }),
    ...(owed !== undefined && { owed }),
    ...(pot !== undefined && { pot }),
    rows,
    charities,
    cities,
  };
}
