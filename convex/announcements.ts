import { v } from "convex/values";
import { internal } from "./_generated/api.js";
import { internalMutation } from "./_generated/server.js";
import { enqueueEdit } from "./model/deliveries/queue.ts";
import { enqueueAnnouncement, wants } from "./model/events/announcements.ts";

/** How many channels or deliveries one transaction handles. */
const batch = 100;

/**
 * Owes an announcement to the channels that want it: first those of its organization, then those
 * that listen to every organization. Each batch schedules the next in its own transaction, so it
 * happens exactly once, whatever stops in between.
 */
export const fanOut = internalMutation({
  args: {
    announcementId: v.id("announcements"),
    everyOrganization: v.boolean(),
    cursor: v.union(v.string(), v.null()),
  },
  returns: v.null(),
  handler: async (ctx, { announcementId, everyOrganization, cursor }) => {
    const announcement = await ctx.db.get("announcements", announcementId);
    if (!announcement) return null;
    const orgId = everyOrganization ? undefined : announcement.orgId;
    const page = await ctx.db
      .query("channels")
      .withIndex("by_on_and_org", (q) => q.eq("isOn", true).eq("orgId", orgId))
      .paginate({ numItems: batch, cursor });
    const now = Date.now();
    for (const channel of page.page)
      if (wants(channel, announcement)) await enqueueAnnouncement(ctx, channel, announcement, now);
    if (!page.isDone || !everyOrganization)
      await ctx.scheduler.runAfter(0, internal.announcements.fanOut, {
        announcementId,
        everyOrganization: everyOrganization || page.isDone,
        cursor: page.isDone ? null : page.continueCursor,
      });
    return null;
  },
});

/** After a correction: owes an edit wherever the message is out already. */
export const correctSent = internalMutation({
  args: {
    announcementId: v.id("announcements"),
    version: v.number(),
    cursor: v.union(v.string(), v.null()),
    now: v.number(),
  },
  returns: v.null(),
  handler: async (ctx, { announcementId, version, cursor, now }) => {
    const announcement = await ctx.db.get("announcements", announcementId);
    if (announcement?.version !== version) return null;
    const page = await ctx.db
      .query("deliveries")
      .withIndex("by_announcement", (q) => q.eq("task.announcementId", announcementId))
      .paginate({ numItems: batch, cursor });
    for (const delivery of page.page) await enqueueEdit(ctx, delivery, announcement, now);
    if (!page.isDone)
      await ctx.scheduler.runAfter(0, internal.announcements.correctSent, {
        announcementId,
        version,
        cursor: page.continueCursor,
        now,
      });
    return null;
  },
});
