import { v } from "convex/values";
import { internalAction, internalMutation } from "./_generated/server.js";
import { refreshNeeds } from "./model/giving/needsFeed.ts";
import {
  beginDueRun,
  checkLedger,
  continueReports,
  resumeStuckRuns,
} from "./model/giving/schedule.ts";

// What happens by the clock in giving.

/**
 * Distributes the earliest week that has ended and has gifts; the next one follows when it is done.
 * An operator can distribute a week `early`: what is paid in it afterwards is for the next.
 */
export const weeklyDistribution = internalMutation({
  args: { early: v.optional(v.boolean()) },
  returns: v.null(),
  handler: async (ctx, args) => await beginDueRun(ctx, args, Date.now()),
});

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
  handler: async (ctx, args) => await continueReports(ctx, args, Date.now()),
});

/** Takes up runs that stand still: a batch failed, or the explanations never came. */
export const resumeRuns = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => await resumeStuckRuns(ctx, Date.now()),
});

/** Looks through the books; with `checkId` goes on with a look that has begun. */
export const checkBooks = internalMutation({
  args: { checkId: v.optional(v.id("bookChecks")) },
  returns: v.null(),
  handler: async (ctx, args) => await checkLedger(ctx, args, Date.now()),
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
