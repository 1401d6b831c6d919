import { v } from "convex/values";
import { internal } from "./_generated/api.js";
import { internalMutation, internalQuery } from "./_generated/server.js";
import { adminMutation, adminQuery } from "./functions.ts";
import { needsFeed } from "./model/fields.ts";
import { charityOf, knownRow, named } from "./model/giving/needsFeed.ts";
import {
  finishRefresh,
  needsSource,
  needsSourceAddress,
  setNeedsSource,
  takeRows,
} from "./model/giving/needsSource.ts";

/** The configured needs feed and the result of its last refresh; null for none. */
export const source = adminQuery({
  args: {},
  returns: v.union(needsFeed, v.null()),
  handler: async (ctx) => await needsSource(ctx),
});

/**
 * Configures the feed (https) and schedules its first refresh; null removes it.
 *
 * @throws `bad-feed`
 */
export const setSource = adminMutation({
  args: { url: v.union(v.string(), v.null()) },
  returns: v.null(),
  handler: async (ctx, args) => await setNeedsSource(ctx, args),
});

/** Refreshes the needs from the feed now, in addition to the daily refresh. */
export const readNow = adminMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    await ctx.scheduler.runAfter(0, internal.scheduled.updateNeedsData, {});
    return null;
  },
});

export const address = internalQuery({
  args: {},
  returns: v.union(v.string(), v.null()),
  handler: async (ctx) => await needsSourceAddress(ctx),
});

/** The charities of feed rows, in the order of the rows. */
export const charitiesOf = internalQuery({
  args: { rows: v.array(named) },
  returns: v.array(v.union(v.id("charities"), v.null())),
  handler: async (ctx, { rows }) =>
    await Promise.all(rows.map(async (row) => await charityOf(ctx, row))),
});

/** Imports rows; returns the problems of those that could not be imported. */
export const take = internalMutation({
  args: { rows: v.array(knownRow) },
  returns: v.array(v.string()),
  handler: async (ctx, args) => await takeRows(ctx, args, Date.now()),
});

/** Records the result of a refresh, unless another feed was configured meanwhile. */
export const finish = internalMutation({
  args: {
    url: v.string(),
    error: v.optional(v.string()),
    result: v.optional(
      v.object({ taken: v.number(), refused: v.number(), problems: v.array(v.string()) }),
    ),
  },
  returns: v.null(),
  handler: async (ctx, args) => await finishRefresh(ctx, args, Date.now()),
});
