import { v } from "convex/values";
import { internalMutation } from "./_generated/server.js";
import { userQuery } from "./functions.ts";
import {
  latestReportOf,
  reportOf,
  reportTo,
  reportTotals,
  reportView,
  reportViewOf,
} from "./model/giving/reports.ts";
import { runOf } from "./model/giving/week.ts";

/**
 * The totals of the caller's weeks in cents, the latest first. `from` and `to` are Mondays, 00:00
 * UTC, both included.
 */
export const getUserReports = userQuery({
  args: { from: v.number(), to: v.number() },
  returns: v.array(
    v.object({
      weekStartDate: v.number(),
      total: v.number(),
      carried: v.number(),
      charities: v.number(),
    }),
  ),
  handler: async (ctx, args) => await reportTotals(ctx, args),
});

/** The caller's report of a week (a Monday, 00:00 UTC); null where there is none. */
export const getReport = userQuery({
  args: { weekStartDate: v.number() },
  returns: v.union(reportView, v.null()),
  handler: async (ctx, { weekStartDate }) => {
    const report = await reportOf(ctx, ctx.caller.user._id, weekStartDate);
    return report && (await reportViewOf(ctx, report));
  },
});

/** The caller's latest report; null where there is none. */
export const getLatestReport = userQuery({
  args: {},
  returns: v.union(reportView, v.null()),
  handler: async (ctx) => await latestReportOf(ctx),
});

/**
 * Writes one giver's missing report of a distributed week and notifies them; an existing report
 * stays. For operators, by `npx convex run`.
 */
export const generateReport = internalMutation({
  args: { userId: v.id("users"), weekStartDate: v.number() },
  returns: v.null(),
  handler: async (ctx, { userId, weekStartDate }) => {
    const run = await runOf(ctx, weekStartDate);
    if (run?.distributedAt !== undefined) await reportTo(ctx, userId, weekStartDate, Date.now());
    return null;
  },
});
