import { v } from "convex/values";
import { internal } from "./_generated/api.js";
import { internalMutation } from "./_generated/server.js";
import { chatMutation, chatQuery } from "./functions.ts";
import { isOpen } from "./model/fields/eventStatus.ts";
import { eventCard, toCard } from "./model/events/eventViews.ts";
import { requireEvent } from "./model/events/lookup.ts";
import { rsvpView, viewOf } from "./model/events/rsvpViews.ts";
import {
  dueAfter,
  newestReminders,
  setReminder,
  notifyDue,
  unsetReminder,
} from "./model/events/myReminders.ts";
import { locale } from "./model/fields.ts";
import { actorOf, ownerOf } from "./model/people/actors.ts";
import { refusal } from "./model/refusal.ts";

// A person's own reminders of events.

const batch = 100;
const mostMine = 100;
const mostListed = 25;

/**
 * Reminds the caller so many minutes before the start, 5 to 43,200 (thirty days), wherever the event
 * moves. Gives what is so then. Refuses what lies in the past, events that are called off or have
 * begun, and more than five reminders of one event.
 */
export const set = chatMutation({
  args: { eventId: v.string(), minutesBefore: v.number(), locale: v.optional(locale) },
  returns: rsvpView,
  handler: async (ctx, { eventId, minutesBefore, locale }) => {
    const event = await requireEvent(ctx, eventId);
    const now = Date.now();
    if (!isOpen(event)) throw refusal("event-over");
    const who = actorOf(ctx.caller, locale);
    await setReminder(ctx, who, event, minutesBefore, now);
    return await viewOf(ctx, event, ownerOf(who));
  },
});

/** Takes one of the caller's reminders of an event away; without `minutesBefore` all of them. */
export const unset = chatMutation({
  args: { eventId: v.string(), minutesBefore: v.optional(v.number()) },
  returns: rsvpView,
  handler: async (ctx, { eventId, minutesBefore }) => {
    const event = await requireEvent(ctx, eventId);
    const owner = ownerOf(actorOf(ctx.caller));
    await unsetReminder(ctx, owner, event._id, minutesBefore ?? null);
    return await viewOf(ctx, event, owner);
  },
});

/** The caller's reminders that are still to come, the next one first. */
export const mine = chatQuery({
  args: {},
  returns: v.array(v.object({ event: eventCard, minutesBefore: v.number(), dueAt: v.number() })),
  handler: async (ctx) => {
    const found = [];
    for (const row of await newestReminders(ctx, ownerOf(actorOf(ctx.caller)), mostMine)) {
      const { dueAt, minutesBefore, eventId } = row;
      if (dueAt === undefined) continue;
      const event = await ctx.db.get("events", eventId);
      if (event && isOpen(event)) found.push({ event: toCard(event), minutesBefore, dueAt });
    }
    return found.toSorted((a, b) => a.dueAt - b.dueAt).slice(0, mostListed);
  },
});

/** Tells what has come due; the clock begins it each minute. */
export const tell = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const isMore = await notifyDue(ctx, batch, Date.now());
    if (isMore) await ctx.scheduler.runAfter(0, internal.reminders.tell, {});
    return null;
  },
});

/** Brings the reminders of an event in step with its time; those of one that is over are forgotten. */
export const follow = internalMutation({
  args: { eventId: v.id("events"), cursor: v.union(v.string(), v.null()) },
  returns: v.null(),
  handler: async (ctx, { eventId, cursor }) => {
    const event = await ctx.db.get("events", eventId);
    if (!event) return null;
    const now = Date.now();
    const page = await ctx.db
      .query("reminders")
      .withIndex("by_event", (q) => q.eq("eventId", eventId))
      .paginate({ numItems: batch, cursor });
    for (const row of page.page) {
      if (event.status === "past") {
        await ctx.db.delete("reminders", row._id);
        continue;
      }
      const dueAt = await dueAfter(ctx, row, event, now);
      if (dueAt !== row.dueAt) await ctx.db.patch("reminders", row._id, { dueAt });
    }
    if (!page.isDone)
      await ctx.scheduler.runAfter(0, internal.reminders.follow, {
        eventId,
        cursor: page.continueCursor,
      });
    return null;
  },
});
