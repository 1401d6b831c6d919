import { v, type Infer } from "convex/values";
import { readReason } from "../../../shared/money/reason.ts";
import type { Doc } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";
import { allocationOf, share, shareOf } from "./weekView.ts";

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
const mostShares = 60;

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
    .slice(0, mostShares);
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
