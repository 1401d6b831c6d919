import { v } from "convex/values";
import type { Doc } from "./_generated/dataModel.js";
import { internalMutation } from "./_generated/server.js";
import { adminMutation, chatMutation, chatQuery, visitorQuery } from "./functions.ts";
import { bounded } from "./model/bounded.ts";
import { isOpen } from "./model/fields/eventStatus.ts";
import { publicEvent } from "./model/events/eventViews.ts";
import { feedEvents } from "./model/events/feeds.ts";
import { answer as takeAnswer, promote } from "./model/events/rsvps.ts";
import { gatherRsvps, moveRsvps, releaseRsvps } from "./model/events/rsvpOwners.ts";
import { notifyBatch, updateBatch } from "./model/events/rsvpChanges.ts";
import { ownEventsOf, rsvpView, ownEvent, viewOf } from "./model/events/rsvpViews.ts";
import { requireEvent, publishedEvent } from "./model/events/lookup.ts";
import { contentHash, contentOf } from "./model/events/content.ts";
import { changeEvent } from "./model/consequences/events.ts";
import { locale, rsvpAnswer } from "./model/fields.ts";
import { actorOf, type Owner, ownerOf } from "./model/people/actors.ts";
import { refusal } from "./model/refusal.ts";

// RSVPs of events.

const maxSeats = 100_000;

/**
 * Stores the caller's answer with `guests` 0 or 1 and returns the resulting state: when all seats
 * are taken the caller joins the waitlist, and a caller who has a seat keeps it, even if there is
 * none for the guest. `locale`: the language for notices to a bare account. Refused for events that
 * are unknown, cancelled or over, and for seats of blocked accounts.
 */
export const answer = chatMutation({
  args: {
    eventId: v.string(),
    answer: rsvpAnswer,
    guests: v.optional(v.number()),
    locale: v.optional(locale),
  },
  returns: rsvpView,
  handler: async (ctx, args) => {
    const { accessLevel } = ctx.caller;
    const isBlocked = accessLevel === "suspended" || accessLevel === "banned";
    if (isBlocked && args.answer !== "not") throw refusal(accessLevel);
    const event = await requireEvent(ctx, args.eventId);
    const now = Date.now();
    if (!isOpen(event) || event.endsBy <= now) throw refusal("event-over");
    const who = actorOf(ctx.caller, args.locale);
    const requested = { answer: args.answer, guests: bounded(args.guests ?? 0, 1) };
    if (who.userId) await gatherRsvps(ctx, who.userId, event._id, now);
    await takeAnswer(ctx, who, event, requested, now);
    return await viewOf(ctx, event, ownerOf(who));
  },
});

/** The RSVP counts of an event and the caller's own RSVP; null for an unknown event. */
export const show = visitorQuery({
  args: { eventId: v.string() },
  returns: v.union(rsvpView, v.null()),
  handler: async (ctx, { eventId }) => {
    const event = await publishedEvent(ctx, eventId);
    return event && (await viewOf(ctx, event, visitorAs(ctx.caller)));
  },
});

type Visitor = { user?: Doc<"users"> | null; chat?: Parameters<typeof actorOf>[0]["chat"] };

function visitorAs(caller: Visitor | null): Owner | null {
  const { user = null, chat } = caller ?? {};
  if (user) return { userId: user._id };
  return chat ? ownerOf(actorOf({ user: null, chat })) : null;
}

/** Upcoming events that the caller has answered with "going" or "maybe", soonest first. */
export const mine = chatQuery({
  args: {},
  returns: v.array(ownEvent),
  handler: async (ctx) => await ownEventsOf(ctx, ownerOf(actorOf(ctx.caller))),
});

/** The caller's calendar feed at `now` (Unix milliseconds), soonest first. */
export const calendar = chatQuery({
  args: { now: v.number() },
  returns: v.array(publicEvent),
  handler: async (ctx, { now }) => await feedEvents(ctx, actorOf(ctx.caller), now),
});

/**
 * Sets the number of seats of an event, for attendees and guests; null: unlimited. Calendars do not
 * change it from then on. Nobody loses a seat; new free seats go to the waitlist.
 */
export const setLimit = adminMutation({
  args: { eventId: v.string(), seats: v.union(v.number(), v.null()) },
  returns: rsvpView,
  handler: async (ctx, { eventId, seats }) => {
    const event = await requireEvent(ctx, eventId);
    if (seats !== null && !(Number.isInteger(seats) && seats > 0 && seats <= maxSeats))
      throw refusal("bad-limit");
    const { maxCapacity, ...others } = contentOf(event);
    void maxCapacity;
    const content = seats === null ? others : { ...others, maxCapacity: seats };
    const changed = {
      maxCapacity: seats ?? undefined,
      contentHash: contentHash(content),
      curated: [...new Set([...(event.curated ?? []), "maxCapacity"])],
    };
    const after = await changeEvent(ctx, event, changed, Date.now());
    return await viewOf(ctx, after, visitorAs(ctx.caller));
  },
});

/** Continues giving free seats to the waitlist. */
export const promoteMore = internalMutation({
  args: { eventId: v.id("events") },
  returns: v.null(),
  handler: async (ctx, { eventId }) => {
    const event = await ctx.db.get("events", eventId);
    if (event) await promote(ctx, event, Date.now());
    return null;
  },
});

/** Notifies attendees of a change shortly before the event, or of its cancellation. */
export const notifyChange = internalMutation({
  args: {
    eventId: v.id("events"),
    number: v.union(v.number(), v.null()),
    answer: v.union(v.literal("going"), v.literal("maybe")),
    cursor: v.union(v.string(), v.null()),
  },
  returns: v.null(),
  handler: async (ctx, batch) => {
    await notifyBatch(ctx, batch, Date.now());
    return null;
  },
});

/** Enqueues edits of notices whose change was changed again within its first minute. */
export const correctChange = internalMutation({
  args: {
    eventId: v.id("events"),
    number: v.number(),
    version: v.number(),
    cursor: v.union(v.string(), v.null()),
  },
  returns: v.null(),
  handler: async (ctx, batch) => {
    await updateBatch(ctx, batch, Date.now());
    return null;
  },
});

const owner = v.union(v.object({ userId: v.id("users") }), v.object({ account: v.string() }));

/** Continues moving the rows of a bare account or a merged user to a user. */
export const moveMore = internalMutation({
  args: {
    from: owner,
    to: v.id("users"),
  },
  returns: v.null(),
  handler: async (ctx, { from, to }) => {
    await moveRsvps(ctx, from, to, Date.now());
    return null;
  },
});

/** Continues freeing the seats of a blocked or deleted owner. */
export const releaseMore = internalMutation({
  args: { owner, isGone: v.boolean() },
  returns: v.null(),
  handler: async (ctx, { owner, isGone }) => {
    await releaseRsvps(ctx, owner, isGone, Date.now());
    return null;
  },
});
