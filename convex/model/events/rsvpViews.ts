import type { Infer } from "convex/values";
import { v } from "convex/values";
import type { Doc } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";
import type { Owner } from "../people/actors.ts";
import { rsvpAnswer } from "../fields.ts";
import { eventCard, toCard } from "./eventViews.ts";
import { isOpen } from "../fields/eventStatus.ts";
import { rsvpOf, waitlistOf } from "./rsvps.ts";
import { attendanceOf } from "./lookup.ts";
import { remindersOf } from "./myReminders.ts";

// What somebody sees of an event they may come to.

/** Who is further back in the line is told that there are many. */
const maxCounted = 100;
/** How many of somebody's newest answers are looked through for what is still to come. */
const maxMine = 100;

/** What somebody has said of an event. */
export const ownAnswer = v.object({
  answer: rsvpAnswer,
  guests: v.number(),
  isWaiting: v.boolean(),
  /** On the waitlist, from 1; absent where a hundred are before them. */
  place: v.optional(v.number()),
});

export const rsvpView = v.object({
  event: eventCard,
  /** Seats that are taken here, in Plaza: people, and those they bring. */
  going: v.number(),
  maybe: v.number(),
  waiting: v.number(),
  capacity: v.optional(v.number()),
  /** Absent for somebody who has said nothing yet. */
  mine: v.optional(ownAnswer),
  /** When they are reminded: minutes before the start, the longest first. */
  reminders: v.array(v.number()),
});
export type RsvpView = Infer<typeof rsvpView>;

/** An event as `owner` sees it; null is somebody of whom nothing is known. */
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
    ...(event.maxCapacity !== undefined && { capacity: event.maxCapacity }),
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
 * The events somebody has answered that are still to come or on, soonest first. Looks through their
 * hundred newest answers.
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

/** Somebody's newest answers. */
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
