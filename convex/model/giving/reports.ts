import { type Infer, v } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { allocationOf, distributionsOfGifts, share, shareOf } from "./week.ts";
import { giftsOf } from "./payments.ts";
import { readReason } from "../../../shared/money/shareFacts.ts";
import type { UserCaller } from "../callers/caller.ts";

// What a person's giving did in a week, from the rows that the run wrote for their subscriptions.

export async function reportOf(
  ctx: Pick<QueryCtx, "db">,
  userId: Id<"users">,
  weekStartDate: number,
): Promise<Doc<"reports"> | null> {
  return await ctx.db
    .query("reports")
    .withIndex("by_user", (q) => q.eq("userId", userId).eq("weekStartDate", weekStartDate))
    .first();
}

/** Writes a person's report of a distributed week; null where it is there, or they gave nothing. */
export async function writeReport(
  ctx: MutationCtx,
  userId: Id<"users">,
  weekStartDate: number,
  now: number,
): Promise<Id<"reports"> | null> {
  const gifts = await giftsOf(ctx, userId, weekStartDate);
  if (gifts.length === 0 || (await reportOf(ctx, userId, weekStartDate))) return null;
  const rows = await distributionsOfGifts(ctx, gifts, weekStartDate);
  const breakdown = [...Map.groupBy(rows, ({ charityId }) => charityId)].map(
    ([charityId, ofCharity]) => ({
      charityId,
      amount: ofCharity.reduce((sum, { amount }) => sum + amount, 0),
      reason: ofCharity[0]?.reason ?? "",
    }),
  );
  return await ctx.db.insert("reports", {
    userId,
    weekStartDate,
    totalDistributed: breakdown.reduce((sum, { amount }) => sum + amount, 0),
    charitiesSupported: breakdown.length,
    distributionBreakdown: breakdown,
    carried: gifts.reduce((sum, { carriedOut = 0 }) => sum + carriedOut, 0),
    cities: [...new Set(gifts.map(({ city }) => city))].filter(Boolean),
    generatedAt: now,
  });
}

/** A giver's week, as they read it: what their money did, and the weeks before it. */
export const reportView = v.object({
  weekStartDate: v.number(),
  /** Cents that charities received of them, and cents that go on to next week. */
  total: v.number(),
  carried: v.number(),
  cities: v.array(v.string()),
  /** The largest first. */
  shares: v.array(share),
  /** Their own weeks before, the latest first; at most seven. */
  before: v.array(v.object({ weekStartDate: v.number(), total: v.number() })),
});
export type ReportView = Infer<typeof reportView>;

const weeksBefore = 7;
const maxShares = 60;

export async function reportViewOf(
  ctx: Pick<QueryCtx, "db">,
  report: Doc<"reports">,
): Promise<ReportView> {
  const { userId, weekStartDate, totalDistributed, carried, cities } = report;
  const earlier = await ctx.db
    .query("reports")
    .withIndex("by_user", (q) => q.eq("userId", userId).lt("weekStartDate", weekStartDate))
    .order("desc")
    .take(weeksBefore);
  const largest = report.distributionBreakdown
    .toSorted((a, b) => b.amount - a.amount)
    .slice(0, maxShares);
  const shares = await Promise.all(
    largest.map(async ({ charityId, amount, reason }) => {
      const allocation = await allocationOf(ctx, charityId, weekStartDate);
      const { urgency = 0, gap = 0 } = allocation ?? readReason(reason) ?? {};
      const row = allocation ?? { charityId, city: "", urgency, gap };
      return await shareOf(ctx, row, amount);
    }),
  );
  const before = earlier.map((one) => ({
    weekStartDate: one.weekStartDate,
    total: one.totalDistributed,
  }));
  return { weekStartDate, total: totalDistributed, carried, cities, shares, before };
}

/** A year's. */
const mostWeeks = 53;

/** The caller's weeks, the latest first; cents. */
export async function reportTotals(
  ctx: QueryCtx & { caller: UserCaller },
  { from, to }: { from: number; to: number },
) {
  const rows = await ctx.db
    .query("reports")
    .withIndex("by_user", (q) =>
      q.eq("userId", ctx.caller.user._id).gte("weekStartDate", from).lte("weekStartDate", to),
    )
    .order("desc")
    .take(mostWeeks);
  return rows.map(({ weekStartDate, totalDistributed, carried, charitiesSupported }) => ({
    weekStartDate,
    total: totalDistributed,
    carried,
    charities: charitiesSupported,
  }));
}

/** The caller's latest report; null for none. */
export async function latestReportOf(ctx: QueryCtx & { caller: UserCaller }) {
  const report = await ctx.db
    .query("reports")
    .withIndex("by_user", (q) => q.eq("userId", ctx.caller.user._id))
    .order("desc")
    .first();
  return report && (await reportViewOf(ctx, report));
}
