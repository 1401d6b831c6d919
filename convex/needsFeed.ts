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

/** Where needs are refreshed from, and how that went last; null where nowhere. */
export const source = adminQuery({
  args: {},
  returns: v.union(needsFeed, v.null()),
  handler: async (ctx) => await needsSource(ctx),
});

/** Names the source (https), and reads it at once; null: needs are no longer refreshed. */
export const setSource = adminMutation({
  args: { url: v.union(v.string(), v.null()) },
  returns: v.null(),
  handler: async (ctx, args) => await setNeedsSource(ctx, args),
});

/** Reads the source now, not only tomorrow. */
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

/** The charities that rows name, in their order. */
export const charitiesOf = internalQuery({
  args: { rows: v.array(named) },
  returns: v.array(v.union(v.id("charities"), v.null())),
  handler: async (ctx, { rows }) =>
    await Promise.all(rows.map(async (row) => await charityOf(ctx, row))),
});

/** Takes rows over; what is wrong with those that could not be. */
export const take = internalMutation({
  args: { rows: v.array(knownRow) },
  returns: v.array(v.string()),
  handler: async (ctx, args) => await takeRows(ctx, args, Date.now()),
});

/** Records how a refresh went, unless another source was named meanwhile. */
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
