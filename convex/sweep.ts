import { v } from "convex/values";
import { internal } from "./_generated/api.js";
import type { Doc } from "./_generated/dataModel.js";
import { internalMutation, type MutationCtx } from "./_generated/server.js";
import { invalidateBoards } from "./model/live/boards.ts";
import { sweepWebhookEvents } from "./model/people/webhookEvents.ts";

// What has been kept long enough. Each takes a bounded batch and schedules itself for the rest.

const day = 24 * 60 * 60 * 1000;
const keptMs = 30 * day;
const paceKeptMs = 60 * 60 * 1000;
const batch = 500;

/** Forgets announcements a month after they were made, and their deliveries with them. */
export const announcements = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const old = await ctx.db
      .query("announcements")
      .withIndex("by_creation_time", (q) => q.lt("_creationTime", Date.now() - keptMs))
      .first();
    if (!old) return null;
    const deliveries = await ctx.db
      .query("deliveries")
      .withIndex("by_announcement", (q) => q.eq("task.announcementId", old._id))
      .take(batch);
    for (const delivery of deliveries) await ctx.db.delete("deliveries", delivery._id);
    if (deliveries.length < batch) await ctx.db.delete("announcements", old._id);
    await ctx.scheduler.runAfter(0, internal.sweep.announcements, {});
    return null;
  },
});

/**
 * Forgets the other deliveries a month after they were made, but for cards of applications and
 * charities that still wait: deciding them changes the card.
 */
export const deliveries = internalMutation({
  args: { after: v.optional(v.number()) },
  returns: v.null(),
  handler: async (ctx, { after = 0 }) => {
    const rows = await ctx.db
      .query("deliveries")
      .withIndex("by_creation_time", (q) =>
        q.gt("_creationTime", after).lt("_creationTime", Date.now() - keptMs),
      )
      .take(batch);
    for (const row of rows)
      if (!row.isOpen && !(await isNeeded(ctx, row))) await ctx.db.delete("deliveries", row._id);
    const last = rows.at(-1);
    if (last && rows.length === batch)
      await ctx.scheduler.runAfter(0, internal.sweep.deliveries, { after: last._creationTime });
    return null;
  },
});

async function isNeeded(ctx: MutationCtx, { task }: Doc<"deliveries">): Promise<boolean> {
  if (task.kind === "announce")
    return (await ctx.db.get("announcements", task.announcementId)) !== null;
  if (task.kind === "charity") {
    const charity = await ctx.db.get("charities", task.charityId);
    return charity?.verificationStatus === "pending";
  }
  if (task.kind !== "card") return false;
  return (await ctx.db.get("applications", task.applicationId))?.status === "pending";
}

/** Forgets forms that nobody has gone on with for a day. */
export const dialogs = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const rows = await ctx.db
      .query("dialogs")
      .withIndex("by_changed", (q) => q.lt("changedAt", Date.now() - day))
      .take(batch);
    for (const { _id } of rows) await ctx.db.delete("dialogs", _id);
    if (rows.length === batch) await ctx.scheduler.runAfter(0, internal.sweep.dialogs, {});
    return null;
  },
});

/** Forgets what happened to people a day ago. */
export const webhookEvents = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    if (await sweepWebhookEvents(ctx, Date.now()))
      await ctx.scheduler.runAfter(0, internal.sweep.webhookEvents, {});
    return null;
  },
});

/** Forgets a chat account whose user was deleted, unless it has begun anew meanwhile. */
export const bareAccount = internalMutation({
  args: { accountId: v.id("chatAccounts"), changedAt: v.number() },
  returns: v.null(),
  handler: async (ctx, { accountId, changedAt }) => {
    const row = await ctx.db.get("chatAccounts", accountId);
    if (row && row.userId === undefined && row.settingsChangedAt === changedAt)
      await ctx.db.delete("chatAccounts", accountId);
    return null;
  },
});

/** Forgets requests to be let into a chat of people who have not applied within a month. */
export const joinRequests = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const rows = await ctx.db
      .query("joinRequests")
      .withIndex("by_at", (q) => q.lt("at", Date.now() - keptMs))
      .take(batch);
    for (const { _id } of rows) await ctx.db.delete("joinRequests", _id);
    if (rows.length === batch) await ctx.scheduler.runAfter(0, internal.sweep.joinRequests, {});
    return null;
  },
});

/**
 * Forgets lines, and who stood in them, a month after they were closed. Each transaction takes a
 * part of one line; the line goes with its last place.
 */
export const lines = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const now = Date.now();
    const old = await ctx.db
      .query("queues")
      .withIndex("by_open", (q) => q.eq("isOpen", false).lt("changedAt", now - keptMs))
      .first();
    if (!old) return null;
    const places = await ctx.db
      .query("queuePositions")
      .withIndex("by_event", (q) => q.eq("eventId", old.eventId))
      .take(batch);
    for (const { _id } of places) await ctx.db.delete("queuePositions", _id);
    if (places.length < batch) {
      await ctx.db.delete("queues", old._id);
      await invalidateBoards(ctx, `queue:${old.eventId}`, now);
    }
    await ctx.scheduler.runAfter(0, internal.sweep.lines, {});
    return null;
  },
});

/** Forgets how often a chat's boards changed, an hour after that no longer matters. */
export const chatRateLimits = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const rows = await ctx.db
      .query("chatRateLimits")
      .withIndex("by_full", (q) => q.lt("fullAt", Date.now() - paceKeptMs))
      .take(batch);
    for (const { _id } of rows) await ctx.db.delete("chatRateLimits", _id);
    if (rows.length === batch) await ctx.scheduler.runAfter(0, internal.sweep.chatRateLimits, {});
    return null;
  },
});

/** Forgets how often somebody tried something, a day after they last did. */
export const rateLimits = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const rows = await ctx.db
      .query("rateLimits")
      .withIndex("by_ts", (q) => q.lt("ts", Date.now() - day))
      .take(batch);
    for (const { _id } of rows) await ctx.db.delete("rateLimits", _id);
    if (rows.length === batch) await ctx.scheduler.runAfter(0, internal.sweep.rateLimits, {});
    return null;
  },
});
