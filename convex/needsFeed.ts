import { v } from "convex/values";
import { internal } from "./_generated/api.js";
import { internalMutation, internalQuery } from "./_generated/server.js";
import { isFeedAddress } from "./external/needsFeed.ts";
import { adminMutation, adminQuery } from "./functions.ts";
import { needsFeed } from "./model/fields.ts";
import { charityOf, knownRow, named, takeRow } from "./model/giving/needsFeed.ts";
import { refusal } from "./model/refusal.ts";

const mostProblems = 10;

/** Where needs are refreshed from, and how that went last; null where nowhere. */
export const source = adminQuery({
  args: {},
  returns: v.union(needsFeed, v.null()),
  handler: async (ctx) => {
    const row = await ctx.db.query("needsFeeds").first();
    if (!row) return null;
    const { _id, _creationTime, ...feed } = row;
    void [_id, _creationTime];
    return feed;
  },
});

/** Names the source (https), and reads it at once; null: needs are no longer refreshed. */
export const setSource = adminMutation({
  args: { url: v.union(v.string(), v.null()) },
  returns: v.null(),
  handler: async (ctx, { url }) => {
    if (url !== null && !isFeedAddress(url)) throw refusal("bad-feed");
    const known = await ctx.db.query("needsFeeds").first();
    if (known) await ctx.db.delete("needsFeeds", known._id);
    if (url === null) return null;
    await ctx.db.insert("needsFeeds", { url });
    await ctx.scheduler.runAfter(0, internal.scheduled.updateNeedsData, {});
    return null;
  },
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
  handler: async (ctx) => (await ctx.db.query("needsFeeds").first())?.url ?? null,
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
  handler: async (ctx, { rows }) => {
    const problems: string[] = [];
    for (const row of rows) {
      const problem = await takeRow(ctx, row, Date.now());
      if (problem !== null) problems.push(problem);
    }
    return problems;
  },
});

/** Writes down how a refresh went, unless another source was named meanwhile. */
export const finish = internalMutation({
  args: {
    url: v.string(),
    error: v.optional(v.string()),
    result: v.optional(
      v.object({ taken: v.number(), refused: v.number(), problems: v.array(v.string()) }),
    ),
  },
  returns: v.null(),
  handler: async (ctx, { url, error, result }) => {
    const row = await ctx.db.query("needsFeeds").first();
    if (row?.url !== url) return null;
    const { taken, refused, problems } = result ?? {};
    await ctx.db.patch("needsFeeds", row._id, {
      readAt: Date.now(),
      taken,
      refused,
      problems: problems?.slice(0, mostProblems),
      error,
    });
    return null;
  },
});
