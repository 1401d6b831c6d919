import { weekStart } from "../../../shared/time/week.ts";
import { internal } from "../../_generated/api.js";
import type { MutationCtx } from "../../_generated/server.js";
import { beginCheck, continueCheck } from "./ledger.ts";
import { dueWeek, latestRun } from "./payments.ts";
import { beginRun, scheduleStep, stuckMs } from "./run.ts";
import { finishExplaining, reportBatch } from "./reports.ts";
import { runOf } from "./week.ts";
import type { Id } from "../../_generated/dataModel.js";

// The scheduled jobs of giving.

/** Begins the run of the earliest undistributed week, if it has ended or `early` is set. */
export async function beginDueRun(
  ctx: MutationCtx,
  { early = false }: { early?: boolean | undefined },
  now: number,
) {
  const [week, last] = [await dueWeek(ctx), await latestRun(ctx)];
  const isFree = last === null || last.distributedAt !== undefined;
  if (week !== null && (early || week < weekStart(now)) && isFree)
    await beginRun(ctx, week, undefined, now);
  return null;
}

const maxRuns = 10;

/**
 * Writes the next batch of reports of a week; without a week, of every week in state "reporting".
 */
export async function continueReports(
  ctx: MutationCtx,
  {
    weekStartDate,
    cursor = null,
  }: { weekStartDate?: number | undefined; cursor?: string | null | undefined },
  now: number,
) {
  if (weekStartDate !== undefined) {
    const run = await runOf(ctx, weekStartDate);
    if (run) await reportBatch(ctx, run, cursor, now);
    return null;
  }
  const waiting = await ctx.db
    .query("distributionRuns")
    .withIndex("by_state", (q) => q.eq("state", "reporting"))
    .take(maxRuns);
  for (const { weekStartDate, cursor } of waiting)
    await ctx.scheduler.runAfter(0, internal.scheduled.generateWeeklyReports, {
      weekStartDate,
      cursor,
    });
  return null;
}

/** Resumes runs without progress for `stuckMs`. */
export async function resumeStuckRuns(ctx: MutationCtx, now: number) {
  for (const state of [
    "counting",
    "correcting",
    "planning",
    "allocating",
    "explaining",
    "reporting",
  ] as const) {
    const runs = await ctx.db
      .query("distributionRuns")
      .withIndex("by_state", (q) => q.eq("state", state))
      .take(maxRuns);
    for (const run of runs) {
      if (now - run.progressAt < stuckMs) continue;
      if (state === "explaining") await finishExplaining(ctx, run, now);
      else if (state === "reporting") await reportBatch(ctx, run, run.cursor, now);
      else await scheduleStep(ctx, run);
    }
  }
  return null;
}

/** Begins a check of the ledger, or continues the given one. */
export async function checkLedger(
  ctx: MutationCtx,
  { checkId }: { checkId?: Id<"bookChecks"> | undefined },
  now: number,
) {
  const check = checkId && (await ctx.db.get("bookChecks", checkId));
  if (check) await continueCheck(ctx, check, now);
  else await beginCheck(ctx, now);
  return null;
}
