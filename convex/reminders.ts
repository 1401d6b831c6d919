import { v } from "convex/values";
import { internal } from "./_generated/api.js";
import { internalMutation } from "./_generated/server.js";
import { chatMutation, chatQuery, unblockedChatMutation } from "./functions.ts";
import { isOpen } from "./model/fields/eventStatus.ts";
import { requireEvent } from "./model/events/lookup.ts";
import { rsvpView, viewOf } from "./model/events/rsvpViews.ts";
import {
  moveReminders,
  ownReminder,
  ownRemindersOf,
  setReminder,
  notifyDue,
  unsetReminder,
} from "./model/events/myReminders.ts";
import { locale } from "./model/fields.ts";
import { actorOf, ownerOf } from "./model/people/actors.ts";
import { refusal } from "./model/refusal.ts";

// A person's own reminders of events.

const batch = 100;

/**
 * Sets a reminder a number of minutes before the start, 5 to 43,200 (thirty days); it moves with
 * the event. Returns the resulting state. Refused for a moment in the past, for events that are
 * cancelled or have begun, and above five reminders of one event.
 */
export const set = unblockedChatMutation({
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

/** Deletes one of the caller's reminders of an event; without `minutesBefore` all of them. */
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

/** The caller's pending reminders, the next one first. */
export const mine = chatQuery({
  args: {},
  returns: v.array(ownReminder),
  handler: async (ctx) => await ownRemindersOf(ctx, ownerOf(actorOf(ctx.caller))),
});

/** Sends due reminders; the clock starts it each minute. */
export const tell = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const isMore = await notifyDue(ctx, batch, Date.now());
    if (isMore) await ctx.scheduler.runAfter(0, internal.reminders.tell, {});
    return null;
  },
});

/** Moves the reminders of an event with its time; those of a past event are deleted. */
export const follow = internalMutation({
  args: { eventId: v.id("events"), cursor: v.union(v.string(), v.null()) },
  returns: v.null(),
  handler: async (ctx, { eventId, cursor }) => {
    const next = await moveReminders(ctx, eventId, cursor, Date.now());
    if (next !== null)
      await ctx.scheduler.runAfter(0, internal.reminders.follow, { eventId, cursor: next });
    return null;
  },
});
