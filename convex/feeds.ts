import { v } from "convex/values";
import { internal } from "./_generated/api.js";
import { internalMutation, internalQuery } from "./_generated/server.js";
import { unblockedChatAction } from "./functions.ts";
import { requireChatAccount } from "./model/callers/caller.ts";
import { eventCard, publicEvent } from "./model/events/eventViews.ts";
import { type FeedSeal, tokenOf, withLinkKey } from "./model/events/calendarLinks.ts";
import { cancelledEvents, feedEvents, feedFor, renewFeed } from "./model/events/feeds.ts";
import { actorOf } from "./model/people/actors.ts";

// Personal calendar feeds: the events of one person's RSVPs, behind a secret link.

const sealed = v.object({
  feedId: v.id("feeds"),
  version: v.number(),
  linkKey: v.optional(v.string()),
});
type Own = { token: string; version: number };

/**
 * The token of the caller's feed, `/calendars/mine/<token>.ics`. It is a secret: anyone who has it
 * can read the caller's RSVPs. `renews`: the version of a link to revoke. Refuses where the
 * deployment has no encryption key.
 */
export const link = unblockedChatAction({
  args: { renews: v.optional(v.number()) },
  returns: v.object({ token: v.string(), version: v.number() }),
  handler: async (ctx, { renews }): Promise<Own> => {
    const own: FeedSeal = await ctx.runMutation(
      internal.feeds.ensure,
      renews === undefined ? {} : { renews },
    );
    return { token: await tokenOf(own), version: own.version };
  },
});

/** The caller's feed, created if necessary; with `renews` a new version replaces that one. */
export const ensure = internalMutation({
  args: { renews: v.optional(v.number()) },
  returns: sealed,
  handler: async (ctx, { renews }) => {
    const who = actorOf(await requireChatAccount(ctx));
    const feed = await (renews === undefined ? feedFor(ctx, who) : renewFeed(ctx, who, renews));
    return await withLinkKey(ctx, feed);
  },
});

/**
 * The data against which a link's seal is verified; `feedId` is the link's. Null for an unknown
 * feed.
 */
export const sealOf = internalQuery({
  args: { feedId: v.string() },
  returns: v.union(sealed, v.null()),
  handler: async (ctx, args) => {
    const feedId = ctx.db.normalizeId("feeds", args.feedId);
    const feed = feedId && (await ctx.db.get("feeds", feedId));
    return feed && (await withLinkKey(ctx, { feedId: feed._id, version: feed.version }));
  },
});

/** The recently cancelled events of an organization's feed, or of the feed of all, at `now`. */
export const cancelled = internalQuery({
  args: { orgId: v.optional(v.id("organizations")), now: v.number() },
  returns: v.array(eventCard),
  handler: async (ctx, { orgId, now }) => await cancelledEvents(ctx, orgId, now),
});

/** The events of a feed at `now` (Unix milliseconds), the soonest first. */
export const events = internalQuery({
  args: { feedId: v.id("feeds"), now: v.number() },
  returns: v.array(publicEvent),
  handler: async (ctx, { feedId, now }) => {
    const feed = await ctx.db.get("feeds", feedId);
    return feed ? await feedEvents(ctx, feed, now) : [];
  },
});
