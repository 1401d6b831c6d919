import { v } from "convex/values";
import type { Doc } from "./_generated/dataModel.js";
import { internalMutation } from "./_generated/server.js";
import { adminMutation, chatMutation, chatQuery, visitorQuery } from "./functions.ts";
import { bounded } from "./model/bounded.ts";
import { isOpen } from "./model/fields/eventStatus.ts";
import { publicEvent } from "./model/events/eventViews.ts";
import { feedEvents } from "./model/events/feeds.ts";
import { answer as takeAnswer, promote } from "./model/events/rsvps.ts";
import { moveRsvps, releaseRsvps } from "./model/events/rsvpOwners.ts";
import { notifyBatch, updateBatch } from "./model/events/rsvpChanges.ts";
import { ownEventsOf, rsvpView, ownEvent, viewOf } from "./model/events/rsvpViews.ts";
import { requireEvent, publishedEvent } from "./model/events/lookup.ts";
import { contentHash, contentOf } from "./model/events/content.ts";
import { changeEvent } from "./model/consequences/events.ts";
import { locale, rsvpAnswer } from "./model/fields.ts";
import { actorOf, type Owner, ownerOf } from "./model/people/actors.ts";
import { refusal } from "./model/refusal.ts";

// Who comes to which event.

const maxSeats = 100_000;

/**
 * Says whether the caller comes, with `guests` 0 or 1, and gives what is so then: where every seat
 * is taken they join the waitlist, and who has a seat keeps it, also where there is none for a guest.
 * `locale`: how to write to them, where they have no user. Refuses events that are unknown, called
 * off or over, and seats for who is suspended or banned.
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
    const wish = { answer: args.answer, guests: bounded(args.guests ?? 0, 1) };
    await takeAnswer(ctx, who, event, wish, now);
    return await viewOf(ctx, event, ownerOf(who));
  },
});

/** What is so of one event: who comes, and what the caller has said; null for an unknown one. */
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

/** The coming events to which the caller goes, may go or waits to go, the soonest first. */
export const mine = chatQuery({
  args: {},
  returns: v.array(ownEvent),
  handler: async (ctx) => await ownEventsOf(ctx, ownerOf(actorOf(ctx.caller))),
});

/** What the caller's own calendar holds at `now` (Unix milliseconds), the soonest first. */
export const calendar = chatQuery({
  args: { now: v.number() },
  returns: v.array(publicEvent),
  handler: async (ctx, { now }) => await feedEvents(ctx, actorOf(ctx.caller), now),
});

/**
 * Sets how many seats an event has here, for people and their guests; null: as many as come. From
 * then on no calendar changes it. Nobody loses a seat; those for whom there is one now move up.
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

/** Goes on giving free seats to those who wait. */
export const promoteMore = internalMutation({
  args: { eventId: v.id("events") },
  returns: v.null(),
  handler: async (ctx, { eventId }) => {
    const event = await ctx.db.get("events", eventId);
    if (event) await promote(ctx, event, Date.now());
    return null;
  },
});

/** Tells a change shortly before the event, or that it is called off, to those who come. */
export const notifyChange = internalMutation({
  args: {
    eventId: v.id("events"),
    number: v.union(v.number(), v.null()),
    answer: v.union(v.literal("going"), v.literal("maybe")),
    cursor: v.union(v.string(), v.null()),
  },
  returns: v.null(),
  handler: async (ctx, told) => {
    await notifyBatch(ctx, told, Date.now());
    return null;
  },
});

/** A change was changed again in its first minute: what was sent of it is corrected where it stands. */
export const correctChange = internalMutation({
  args: {
    eventId: v.id("events"),
    number: v.number(),
    version: v.number(),
    cursor: v.union(v.string(), v.null()),
  },
  returns: v.null(),
  handler: async (ctx, told) => {
    await updateBatch(ctx, told, Date.now());
    return null;
  },
});

/** Goes on moving what a bare account or a merged user has said to a user. */
export const moveMore = internalMutation({
  args: {
    from: v.union(v.object({ userId: v.id("users") }), v.object({ account: v.string() })),
    to: v.id("users"),
  },
  returns: v.null(),
  handler: async (ctx, { from, to }) => {
    await moveRsvps(ctx, from, to, Date.now());
    return null;
  },
});

/** Goes on freeing the seats of somebody who is blocked or has left. */
export const releaseMore = internalMutation({
  args: { userId: v.id("users"), isGone: v.boolean() },
  returns: v.null(),
  handler: async (ctx, { userId, isGone }) => {
    await releaseRsvps(ctx, userId, isGone, Date.now());
    return null;
  },
});
