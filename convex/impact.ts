import { v } from "convex/values";
import { memberQuery } from "./functions.ts";
import {
  lastDistributed,
  weeksOfCharity,
  weekTotals,
  weekView,
  weekViewOf,
} from "./model/giving/week.ts";

const weekTotal = v.object({ weekStartDate: v.number(), given: v.number(), carried: v.number() });

/**
 * A distributed week (a Monday, 00:00 UTC), by default the latest one; null where there is none.
 * The announcement to channels shows the same data.
 */
export const week = memberQuery({
  args: { weekStartDate: v.optional(v.number()) },
  returns: v.union(weekView, v.null()),
  handler: async (ctx, { weekStartDate }) => {
    if (weekStartDate !== undefined) return await weekViewOf(ctx, weekStartDate);
    const run = await lastDistributed(ctx);
    return run ? await weekViewOf(ctx, run.weekStartDate) : null;
  },
});

/** The weekly totals in cents, the latest first; `from` and `to` are Mondays, 00:00 UTC. */
export const weeks = memberQuery({
  args: { from: v.number(), to: v.number() },
  returns: v.array(weekTotal),
  handler: async (ctx, args) => await weekTotals(ctx, args),
});

/**
 * The weekly amounts (cents) that one approved charity received, the latest first.
 *
 * @throws `no-such-charity`
 */
export const charity = memberQuery({
  args: { charityId: v.string(), from: v.number(), to: v.number() },
  returns: v.object({
    name: v.string(),
    city: v.string(),
    weeks: v.array(v.object({ weekStartDate: v.number(), given: v.number(), givers: v.number() })),
  }),
  handler: async (ctx, args) => await weeksOfCharity(ctx, args),
});
