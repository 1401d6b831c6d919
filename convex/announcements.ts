import { v } from "convex/values";
import { internal } from "./_generated/api.js";
import { internalMutation } from "./_generated/server.js";
import { editAnnouncement, fanOutAnnouncement } from "./model/events/announcements.ts";

/** Enqueues an announcement for every channel that wants it, batch by batch. */
export const fanOut = internalMutation({
  args: {
    announcementId: v.id("announcements"),
    everyOrganization: v.boolean(),
    cursor: v.union(v.string(), v.null()),
  },
  returns: v.null(),
  handler: async (ctx, args) => {
    const next = await fanOutAnnouncement(ctx, args, Date.now());
    if (next) await ctx.scheduler.runAfter(0, internal.announcements.fanOut, next);
    return null;
  },
});

/** After a correction: enqueues an edit wherever the message is out already, batch by batch. */
export const correctSent = internalMutation({
  args: {
    announcementId: v.id("announcements"),
    version: v.number(),
    cursor: v.union(v.string(), v.null()),
    now: v.number(),
  },
  returns: v.null(),
  handler: async (ctx, args) => {
    const cursor = await editAnnouncement(ctx, args, args.now);
    if (cursor !== null)
      await ctx.scheduler.runAfter(0, internal.announcements.correctSent, { ...args, cursor });
    return null;
  },
});
