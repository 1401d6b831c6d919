import { v } from "convex/values";
import { internal } from "./_generated/api.js";
import { internalMutation } from "./_generated/server.js";
import { agendaSpan, liveReminder, nextAgenda, nextReminder } from "./model/events/schedules.ts";
import { announceAgenda, announceReminder, maxNamed } from "./model/events/announcements.ts";
import { statusAt } from "./model/fields/eventStatus.ts";
import { notifyDue } from "./model/events/myReminders.ts";
import { openEvents } from "./model/events/lookup.ts";
import { changeEvent, updateListings } from "./model/consequences/events.ts";

// What happens because time passes. Each takes a bounded batch and schedules itself for the rest.

const batch = 50;
const mostCounted = 100;

/** Events begin and end: status follows the clock, not the sync. */
export const updateStatuses = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const now = Date.now();
    const beginning = await ctx.db
      .query("events")
      .withIndex("by_status", (q) => q.eq("status", "upcoming").lte("startDate", now))
      .take(batch);
    const ending = await ctx.db
      .query("events")
      .withIndex("by_status_and_end", (q) => q.eq("status", "live").lte("endsBy", now))
      .take(batch);
    for (const event of [...beginning, ...ending]) {
      await changeEvent(ctx, event, { status: statusAt(event, now) }, now);
      await updateListings(ctx, event._id, now);
    }
    if (beginning.length === batch || ending.length === batch)
      await ctx.scheduler.runAfter(0, internal.clock.updateStatuses, {});
    return null;
  },
});

/** Reminders that have come due, channels' and people's own. What is too late for its channel is not sent any more. */
export const remind = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const now = Date.now();
    const due = await ctx.db
      .query("listings")
      .withIndex("by_next_reminder", (q) => q.gt("nextReminderAt", 0).lte("nextReminderAt", now))
      .take(batch);
    for (const listing of due) {
      const event = await ctx.db.get("events", listing.eventId);
      const minutes = liveReminder(listing.startDate, now);
      if (event && minutes !== undefined)
        await announceReminder(ctx, listing.orgId, event, minutes, now);
      await ctx.db.patch("listings", listing._id, {
        nextReminderAt: nextReminder(listing.startDate, now),
      });
    }
    if (due.length === batch) await ctx.scheduler.runAfter(0, internal.clock.remind, {});
    const isMore = await notifyDue(ctx, batch, now);
    if (isMore) await ctx.scheduler.runAfter(0, internal.reminders.tell, {});
    return null;
  },
});

/** Agendas whose local hour has come. After a downtime the last one is sent, not each of them. */
export const sendAgendas = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const now = Date.now();
    const due = await ctx.db
      .query("channels")
      .withIndex("by_next_agenda", (q) => q.gt("nextAgendaAt", 0).lte("nextAgendaAt", now))
      .take(batch);
    for (const channel of due) {
      const { agenda, nextAgendaAt } = channel;
      if (!agenda || nextAgendaAt === undefined) continue;
      const next = nextAgenda(agenda, channel.timezone, now);
      await ctx.db.patch("channels", channel._id, { nextAgendaAt: next });
      if (!channel.isOn || !channel.kinds.includes("agenda")) continue;
      const to = nextAgendaAt + agendaSpan(agenda);
      const events = await openEvents(ctx, { orgId: channel.orgId, from: now, to }, mostCounted);
      const [first] = events;
      if (!first) continue;
      const told = { events: events.slice(0, maxNamed), total: events.length, due: nextAgendaAt };
      await announceAgenda(ctx, channel, channel.orgId ?? first.orgId, told, now);
    }
    if (due.length === batch) await ctx.scheduler.runAfter(0, internal.clock.sendAgendas, {});
    return null;
  },
});
