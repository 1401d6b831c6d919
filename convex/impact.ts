import { v } from "convex/values";
import { memberQuery } from "./functions.ts";
import { lastDistributed, weekView, weekViewOf } from "./model/giving/week.ts";
import { refusal } from "./model/refusal.ts";

// What everybody's giving did: one reading behind the command, the announcement and the pictures.

/** A year's. */
const mostWeeks = 53;

const weekTotal = v.object({ weekStartDate: v.number(), given: v.number(), carried: v.number() });

/**
 * A distributed week (a Monday, 00:00 UTC), or the latest one; null where there is none. The same
 * as channels are told.
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

/** What each week gave, the latest first; `from` and `to` are Mondays, 00:00 UTC; cents. */
export const weeks = memberQuery({
  args: { from: v.number(), to: v.number() },
  returns: v.array(weekTotal),
  handler: async (ctx, { from, to }) => {
    const runs = await ctx.db
      .query("distributionRuns")
      .withIndex("by_week", (q) => q.gte("weekStartDate", from).lte("weekStartDate", to))
      .order("desc")
      .take(mostWeeks);
    return runs
      .filter(({ distributedAt }) => distributedAt !== undefined)
      .map(({ weekStartDate, given, carried }) => ({ weekStartDate, given, carried }));
  },
});

/** What each week gave to one approved charity, the latest first; refuses one that is not. */
export const charity = memberQuery({
  args: { charityId: v.string(), from: v.number(), to: v.number() },
  returns: v.object({
    name: v.string(),
    city: v.string(),
    weeks: v.array(v.object({ weekStartDate: v.number(), given: v.number(), givers: v.number() })),
  }),
  handler: async (ctx, { charityId, from, to }) => {
    const id = ctx.db.normalizeId("charities", charityId);
    const row = id && (await ctx.db.get("charities", id));
    if (row?.verificationStatus !== "approved") throw refusal("no-such-charity");
    const rows = await ctx.db
      .query("allocations")
      .withIndex("by_charity", (q) =>
        q.eq("charityId", row._id).gte("weekStartDate", from).lte("weekStartDate", to),
      )
      .order("desc")
      .take(mostWeeks);
    const weeks = rows.map(({ weekStartDate, given, givers }) => ({
      weekStartDate,
      given,
      givers,
    }));
    return { name: row.name, city: row.city, weeks };
  },
});
