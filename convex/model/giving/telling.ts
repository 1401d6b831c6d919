import { internal } from "../../_generated/api.js";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { notifyUser } from "../people/notices.ts";
import { writeReport } from "./reports.ts";

// After the money: the channels and the givers are told, in batches.

type Run = Doc<"distributionRuns">;

/** The explanations are there, or there will be none. Asking again changes nothing. */
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

/** Givers that one batch reports to. */
const batch = 100;

/**
 * Writes the next givers' reports and tells them, and sees to the ones after. A batch that is not
 * the next one (`cursor` is where it begins) does nothing.
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
  // Another week may have waited for this one.
  await ctx.scheduler.runAfter(0, internal.scheduled.weeklyDistribution, {});
}

/** Writes one giver's report and tells them, once. */
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
