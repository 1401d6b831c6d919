import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { internalQuery } from "../_generated/server.js";
import { publicQuery } from "../functions.ts";
import { bounded } from "../model/bounded.ts";
import { eventCard, publicEvent, toCard, toPublic } from "../model/events/eventViews.ts";
import { publishedEvent } from "../model/events/lookup.ts";
import { openEvents } from "../model/events/lookup.ts";

const maxListed = 100;
/** Events that a person can page through. */
const maxPaged = 1000;
const maxFound = 25;
const maxOrganizations = 100;

/**
 * Published events by start, newest first, page by page, including past and cancelled ones.
 * For other clients of the deployment: no bot calls it.
 */
export const list = publicQuery({
  args: { orgId: v.id("organizations"), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(eventCard),
  handler: async (ctx, { orgId, paginationOpts }) => {
    const page = await ctx.db
      .query("events")
      .withIndex("by_org_start", (q) => q.eq("orgId", orgId))
      .order("desc")
      .paginate({ ...paginationOpts, numItems: bounded(paginationOpts.numItems, maxListed) });
    return { ...page, page: page.page.filter((event) => event.isPublished).map(toCard) };
  },
});

/**
 * Published events that are live or upcoming, soonest first. `from` and `to` are Unix milliseconds, `to`
 * exclusive.
 * For other clients of the deployment: no bot calls it.
 */
export const getPublished = publicQuery({
  args: {
    orgId: v.optional(v.id("organizations")),
    from: v.optional(v.number()),
    to: v.optional(v.number()),
    limit: v.number(),
  },
  returns: v.array(eventCard),
  handler: async (ctx, { orgId, from, to, limit }) =>
    (await openEvents(ctx, { orgId, from, to }, bounded(limit, maxListed))).map(toCard),
});

/**
 * The next events, soonest first. Takes no time argument, so that all clients share one cached
 * subscription: ended events leave the list when the clock's cron updates them. With `isWhole` up to a
 * thousand, for pages behind the first hundred.
 */
export const upcoming = publicQuery({
  args: { orgId: v.optional(v.id("organizations")), isWhole: v.optional(v.boolean()) },
  returns: v.array(eventCard),
  handler: async (ctx, { orgId, isWhole }) =>
    (await openEvents(ctx, { orgId }, isWhole ? maxPaged : maxListed)).map(toCard),
});

/** One published event by its id; null for an unpublished or unknown one. */
export const get = publicQuery({
  args: { eventId: v.string() },
  returns: v.union(publicEvent, v.null()),
  handler: async (ctx, { eventId }) => {
    const event = await publishedEvent(ctx, eventId);
    return event && toPublic(event);
  },
});

/** Published events by words of their title, best match first; the last word can be a prefix. */
export const search = publicQuery({
  args: { words: v.string() },
  returns: v.array(eventCard),
  handler: async (ctx, { words }) => {
    const found = await ctx.db
      .query("events")
      .withSearchIndex("search_title", (q) =>
        q.search("title", words.slice(0, 100)).eq("isPublished", true),
      )
      .take(maxFound);
    return found.map(toCard);
  },
});

/** Ids of organizations that have a Luma calendar, page by page. */
export const getOrgsWithLumaConfig = internalQuery({
  args: { cursor: v.union(v.string(), v.null()) },
  returns: v.object({
    orgIds: v.array(v.id("organizations")),
    next: v.union(v.string(), v.null()),
  }),
  handler: async (ctx, { cursor }) => {
    const page = await ctx.db
      .query("organizations")
      .paginate({ numItems: maxOrganizations, cursor });
    const orgIds = page.page
      .filter((org) => org.lumaApiKey || org.lumaCalendarId || org.lumaCalendarUrl)
      .map((org) => org._id);
    return { orgIds, next: page.isDone ? null : page.continueCursor };
  },
});
