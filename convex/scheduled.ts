import { v } from "convex/values";
import { internalAction, internalMutation } from "./_generated/server.js";
import { refreshNeeds } from "./model/giving/needsFeed.ts";
import {
  beginDueRun,
  checkLedger,
  continueReports,
  resumeStuckRuns,
} from "./model/giving/schedule.ts";

// The scheduled jobs of giving; `crons.ts` runs them.

/**
 * Begins the run of the earliest week that has ended and has gifts; when it is done, the next week
 * follows. An operator can distribute a week `early`; later payments then count for the next week.
 */
export const weeklyDistribution = internalMutation({
  args: { early: v.optional(v.boolean()) },
  returns: v.null(),
  handler: async (ctx, args) => await beginDueRun(ctx, args, Date.now()),
});

/**
 * Writes the reports of a week and notifies the givers, batch by batch. Without a week it resumes
 * all weeks with missing reports.
 */
export const generateWeeklyReports = internalMutation({
  args: {
    weekStartDate: v.optional(v.number()),
    cursor: v.optional(v.union(v.string(), v.null())),
  },
  returns: v.null(),
  handler: async (ctx, args) => await continueReports(ctx, args, Date.now()),
});

/** Resumes runs without progress: a batch failed, or the explanations did not finish. */
export const resumeRuns = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => await resumeStuckRuns(ctx, Date.now()),
});

/** Checks the ledger; with `checkId` it continues that check. */
export const checkBooks = internalMutation({
  args: { checkId: v.optional(v.id("bookChecks")) },
  returns: v.null(),
  handler: async (ctx, args) => await checkLedger(ctx, args, Date.now()),
});

/** Refreshes the charities' needs from the feed that an admin has configured, if any. */
export const updateNeedsData = internalAction({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    await refreshNeeds(ctx);
    return null;
  },
});
