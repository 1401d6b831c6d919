import { type Infer, v } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { allocationOf, distributionsOfGifts, share, shareOf } from "./week.ts";
import { giftsOf } from "./payments.ts";
import { readReason } from "../../../shared/money/shareFacts.ts";
import type { UserCaller } from "../callers/caller.ts";
import { internal } from "../../_generated/api.js";
import { notifyUser } from "../people/notices.ts";

// A giver's report of a week, made of the distributions of their subscriptions.

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

/** Writes a user's report of a distributed week; null where it exists or they gave nothing. */
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
    returned: gifts.reduce((sum, { returned = 0 }) => sum + returned, 0),
    corrected: gifts.reduce((sum, { corrected = 0 }) => sum + corrected, 0),
    cities: [...new Set(gifts.map(({ city }) => city))].filter(Boolean),
    generatedAt: now,
  });
}

/** A giver's report as it is shown: the week's shares and the totals of earlier weeks. */
export const reportView = v.object({
  weekStartDate: v.number(),
  /** Cents that charities received from the giver, and cents carried over to the next week. */
  total: v.number(),
  carried: v.number(),
  /** Cents that went back to the giver, and cents that made up for returned money. */
  returned: v.number(),
  corrected: v.number(),
  cities: v.array(v.string()),
  /** Sorted by amount, the largest first. */
  shares: v.array(share),
  /** The giver's earlier weeks, the latest first; at most `weeksBefore`. */
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
  const { returned = 0, corrected = 0 } = report;
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
  const totals = { total: totalDistributed, carried, returned, corrected };
  return { weekStartDate, ...totals, cities, shares, before };
}

/** One year. */
const maxWeeks = 53;

/** The totals of the caller's weeks in cents, the latest first. */
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
    .take(maxWeeks);
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

// After the distribution: the week is announced to channels, and givers are notified, in batches.

type Run = Doc<"distributionRuns">;

/** Ends the run's explaining phase and starts the announcement and the reports. Idempotent. */
export async function finishExplaining(ctx: MutationCtx, run: Run, now: number): Promise<void> {
  if (run.state !== "explaining") return;
  const { _id, weekStartDate } = run;
  await ctx.db.patch("distributionRuns", _id, {
    state: "reporting",
    cursor: null,
    progressAt: now,
  });
  const week = { weekStartDate, cursor: null };
  if (run.gifts > 0) await ctx.scheduler.runAfter(0, internal.distributions.announceWeek, week);
  await ctx.scheduler.runAfter(0, internal.scheduled.generateWeeklyReports, week);
}

/** Gifts per batch of reports. */
const batch = 100;

/**
 * Writes the reports of the next givers, notifies them and schedules the next batch. Does nothing
 * where `cursor` is not the run's own: then this batch was done already.
 */
export async function reportBatch(
  ctx: MutationCtx,
  run: Run,
  cursor: string | null,
  now: number,
): Promise<void> {
  if (run.state !== "reporting" || run.cursor !== cursor) return;
  const { _id, weekStartDate } = run;
  const after = cursor === null ? null : ctx.db.normalizeId("users", cursor);
  const gifts = await ctx.db
    .query("gifts")
    .withIndex("by_week_and_user", (q) =>
      after
        ? q.eq("weekStartDate", weekStartDate).gt("userId", after)
        : q.eq("weekStartDate", weekStartDate),
    )
    .take(batch);
  const givers = [...new Set(gifts.map(({ userId }) => userId))];
  for (const userId of givers) await reportTo(ctx, userId, weekStartDate, now);
  const last = givers.at(-1);
  if (last && gifts.length === batch) {
    await ctx.db.patch("distributionRuns", _id, { cursor: last, progressAt: now });
    const next = { weekStartDate, cursor: last };
    await ctx.scheduler.runAfter(0, internal.scheduled.generateWeeklyReports, next);
    return;
  }
  await ctx.db.patch("distributionRuns", _id, { state: "done", finishedAt: now, progressAt: now });
  // A later week may be waiting for this one.
  await ctx.scheduler.runAfter(0, internal.scheduled.weeklyDistribution, {});
}

/** Writes one giver's report and notifies them, once. */
export async function reportTo(
  ctx: MutationCtx,
  userId: Id<"users">,
  weekStartDate: number,
  now: number,
): Promise<void> {
  const reportId = await writeReport(ctx, userId, weekStartDate, now);
  if (!reportId) return;
  const subjectKey = `report:${reportId}`;
  await notifyUser(ctx, userId, { kind: "report", reportId }, { subjectKey }, now);
}
