import type { Infer } from "convex/values";
import { v } from "convex/values";
import type { Doc } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";
import type { Owner } from "../people/actors.ts";
import { rsvpAnswer } from "../fields.ts";
import { eventCard, pageSeatsOf, toCard } from "./eventViews.ts";
import { isOpen } from "../fields/eventStatus.ts";
import { rsvpOf, waitlistOf } from "./rsvps.ts";
import { attendanceOf } from "./lookup.ts";
import { remindersOf } from "./myReminders.ts";

// What an actor sees of an event and of their own RSVP.

/** The largest waitlist position that is counted exactly. */
const maxCounted = 100;
/** Newest RSVPs of an owner that are searched for upcoming events. */
const maxMine = 100;

/** An actor's RSVP for an event. */
export const ownAnswer = v.object({
  answer: rsvpAnswer,
  guests: v.number(),
  isWaiting: v.boolean(),
  /** Position on the waitlist, from 1; absent behind the first hundred. */
  place: v.optional(v.number()),
});

export const rsvpView = v.object({
  event: eventCard,
  /** Seats taken in Plaza: attendees and their guests. */
  going: v.number(),
  maybe: v.number(),
  waiting: v.number(),
  /** Seats in Plaza; absent where the event's own page gives its seats away. */
  capacity: v.optional(v.number()),
  /** Absent when the actor has not answered. */
  mine: v.optional(ownAnswer),
  /** The actor's reminders: minutes before the start, longest first. */
  reminders: v.array(v.number()),
});
export type RsvpView = Infer<typeof rsvpView>;

/** An event as `owner` sees it; null is an owner without rows. */
export async function viewOf(
  ctx: QueryCtx,
  event: Doc<"events">,
  owner: Owner | null,
): Promise<RsvpView> {
  const { going = 0, maybe = 0, waiting = 0 } = (await attendanceOf(ctx, event._id)) ?? {};
  const row = owner && (await rsvpOf(ctx, owner, event._id));
  const reminders = owner ? await remindersOf(ctx, owner, event._id) : [];
  const live = reminders.filter(({ dueAt }) => dueAt !== undefined);
  return {
    event: toCard(event),
    going,
    maybe,
    waiting,
    ...(event.maxCapacity !== undefined &&
      pageSeatsOf(event) === undefined && { capacity: event.maxCapacity }),
    ...(row && { mine: await ownView(ctx, row) }),
    reminders: live.map(({ minutesBefore }) => minutesBefore).sort((a, b) => b - a),
  };
}

async function ownView(ctx: QueryCtx, row: Doc<"rsvps">): Promise<Infer<typeof ownAnswer>> {
  const { answer, guests, isWaiting } = row;
  const place = isWaiting ? await placeOf(ctx, row) : undefined;
  return { answer, guests, isWaiting, ...(place !== undefined && { place }) };
}

async function placeOf(ctx: QueryCtx, { eventId, _id }: Doc<"rsvps">): Promise<number | undefined> {
  const line = await waitlistOf(ctx, eventId).take(maxCounted);
  const index = line.findIndex((row) => row._id === _id);
  return index < 0 ? undefined : index + 1;
}

export const ownEvent = ownAnswer.extend({ event: eventCard });

/**
 * The upcoming and live events that the owner has answered, soonest first. Searches the owner's
 * hundred newest RSVPs.
 */
export async function ownEventsOf(ctx: QueryCtx, owner: Owner): Promise<Infer<typeof ownEvent>[]> {
  const found = [];
  for (const row of await newestRsvps(ctx, owner, maxMine)) {
    const event = await ctx.db.get("events", row.eventId);
    if (event && isOpen(event) && row.answer !== "not") found.push({ row, event });
  }
  const soonest = found.toSorted((a, b) => a.event.startDate - b.event.startDate).slice(0, 20);
  return await Promise.all(
    soonest.map(async ({ row, event }) => ({
      ...(await ownView(ctx, row)),
      event: toCard(event),
    })),
  );
}

/** The owner's newest RSVPs. */
export async function newestRsvps(
  ctx: QueryCtx,
  owner: Owner,
  most: number,
): Promise<Doc<"rsvps">[]> {
  const rsvps = ctx.db.query("rsvps");
  const own =
    "userId" in owner
      ? rsvps.withIndex("by_user", (q) => q.eq("userId", owner.userId))
      : rsvps.withIndex("by_account", (q) =>
          q.eq("account", owner.account).eq("userId", undefined),
        );
  return await own.order("desc").take(most);
}
