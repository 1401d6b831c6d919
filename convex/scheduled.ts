import { v } from "convex/values";
import { weekStart } from "../shared/time/week.ts";
import { internal } from "./_generated/api.js";
import { internalAction, internalMutation } from "./_generated/server.js";
import { beginCheck, continueCheck } from "./model/giving/ledger.ts";
import { dueWeek, latestRun } from "./model/giving/payments.ts";
import { beginRun, scheduleStep, stuckMs } from "./model/giving/run.ts";
import { refreshNeeds } from "./model/giving/needsFeed.ts";
import { finishExplaining, reportBatch } from "./model/giving/telling.ts";
import { runOf } from "./model/giving/week.ts";

// What happens by the clock in giving.

/**
 * Distributes the earliest week that has ended and has gifts; the next one follows when it is done.
 * An operator can distribute a week `early`: what is paid in it afterwards is for the next.
 */
export const weeklyDistribution = internalMutation({
  args: { early: v.optional(v.boolean()) },
  returns: v.null(),
  handler: async (ctx, { early = false }) => {
    const now = Date.now();
    const [week, last] = [await dueWeek(ctx), await latestRun(ctx)];
    const isFree = last === null || last.distributedAt !== undefined;
    if (week !== null && (early || week < weekStart(now)) && isFree)
      await beginRun(ctx, week, undefined, now);
    return null;
  },
});

const mostRuns = 10;

/**
 * Writes the reports of a week, batch by batch, and tells the givers. Without a week it takes up
 * whatever is still to be reported.
 */
export const generateWeeklyReports = internalMutation({
  args: {
    weekStartDate: v.optional(v.number()),
    cursor: v.optional(v.union(v.string(), v.null())),
  },
  returns: v.null(),
  handler: async (ctx, { weekStartDate, cursor = null }) => {
    if (weekStartDate !== undefined) {
      const run = await runOf(ctx, weekStartDate);
      if (run) await reportBatch(ctx, run, cursor, Date.now());
      return null;
    }
    const waiting = await ctx.db
      .query("distributionRuns")
      .withIndex("by_state", (q) => q.eq("state", "reporting"))
      .take(mostRuns);
    for (const { weekStartDate, cursor } of waiting)
      await ctx.scheduler.runAfter(0, internal.scheduled.generateWeeklyReports, {
        weekStartDate,
        cursor,
      });
    return null;
  },
});

/** Takes up runs that stand still: a batch failed, or the explanations never came. */
export const resumeRuns = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const now = Date.now();
    for (const state of [
      "counting",
      "planning",
      "allocating",
      "explaining",
      "reporting",
    ] as const) {
      const runs = await ctx.db
        .query("distributionRuns")
        .withIndex("by_state", (q) => q.eq("state", state))
        .take(mostRuns);
      for (const run of runs) {
        if (now - run.progressAt < stuckMs) continue;
        if (state === "explaining") await finishExplaining(ctx, run, now);
        else if (state === "reporting") await reportBatch(ctx, run, run.cursor, now);
        else await scheduleStep(ctx, run);
      }
    }
    return null;
  },
});

/** Looks through the books; with `checkId` goes on with a look that has begun. */
export const checkBooks = internalMutation({
  args: { checkId: v.optional(v.id("bookChecks")) },
  returns: v.null(),
  handler: async (ctx, { checkId }) => {
    const now = Date.now();
    const check = checkId && (await ctx.db.get("bookChecks", checkId));
    if (check) await continueCheck(ctx, check, now);
    else await beginCheck(ctx, now);
    return null;
  },
});

/** Refreshes the charities' needs from the source that an admin has named; none is named at first. */
export const updateNeedsData = internalAction({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    await refreshNeeds(ctx);
    return null;
  },
});
