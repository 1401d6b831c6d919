import type { Infer } from "convex/values";
import { internal } from "../../_generated/api.js";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { type Actor, notifyActor, type Owner, ownerOf } from "../people/actors.ts";
import { isOpen } from "../fields/eventStatus.ts";
import { invalidateEventBoards } from "./eventViews.ts";
import { attendanceOf } from "./lookup.ts";
import type { rsvpAnswer } from "../fields.ts";

// RSVPs. Each answer updates the event's counts and gives free seats to the waitlist, in the same
// transaction.

type Reading = Pick<QueryCtx, "db">;

/** RSVPs that one transaction moves from the waitlist to a seat; each is notified. */
const maxPromoted = 25;

export async function rsvpOf(
  ctx: Reading,
  owner: Owner,
  eventId: Id<"events">,
): Promise<Doc<"rsvps"> | null> {
  const rsvps = ctx.db.query("rsvps");
  if ("userId" in owner)
    return await rsvps
      .withIndex("by_user_and_event", (q) => q.eq("userId", owner.userId).eq("eventId", eventId))
      .unique();
  return await rsvps
    .withIndex("by_account_and_event", (q) =>
      q.eq("account", owner.account).eq("userId", undefined).eq("eventId", eventId),
    )
    .unique();
}

/** The RSVPs on the waitlist, in their order. */
export function waitlistOf(ctx: Reading, eventId: Id<"events">) {
  return ctx.db
    .query("rsvps")
    .withIndex("by_event", (q) =>
      q.eq("eventId", eventId).eq("answer", "going").eq("isWaiting", true),
    );
}

/** Stores an answer. The caller has checked that the event is open and the actor may attend. */
export async function answer(
  ctx: MutationCtx,
  who: Actor,
  event: Doc<"events">,
  requested: RequestedAnswer,
  now: number,
): Promise<void> {
  const known = await rsvpOf(ctx, ownerOf(who), event._id);
  const room = await roomFor(ctx, event, known ? [known] : []);
  const next = placed(known, requested, room, await sinceFor(ctx, event._id, now));
  if (known && isSame(known, { ...who, ...next })) return;
  const stored = { ...who, ...next, answeredAt: now };
  const rsvpId = known?._id ?? (await ctx.db.insert("rsvps", { ...stored, eventId: event._id }));
  if (known) await ctx.db.patch("rsvps", known._id, stored);
  await recount(ctx, event._id, known ? [known] : [], [next], now);
  await promote(ctx, event, now, rsvpId);
}

function isSame(known: Doc<"rsvps">, next: Held & Actor): boolean {
  const names = ["answer", "guests", "isWaiting", "since", "account", "locale"] as const;
  return names.every((name) => known[name] === next[name]);
}

/**
 * The free seats and the waitlist for the actor of `own`: their own waitlisted RSVP is not counted.
 */
export async function roomFor(ctx: Reading, event: Doc<"events">, own: Held[]) {
  const { going = 0, waiting = 0 } = (await attendanceOf(ctx, event._id)) ?? {};
  const free = (event.maxCapacity ?? Infinity) - going;
  return { free, hasWaitlist: waiting > own.filter(isWaitlisted).length };
}

/** The `since` of a new RSVP on the waitlist: later than that of every RSVP before it. */
export async function sinceFor(ctx: Reading, eventId: Id<"events">, now: number): Promise<number> {
  const last = await waitlistOf(ctx, eventId).order("desc").first();
  return Math.max(now, (last?.since ?? 0) + 1);
}

/** Deletes an RSVP; its seats go to the waitlist. */
export async function removeRsvp(ctx: MutationCtx, row: Doc<"rsvps">, now: number): Promise<void> {
  await ctx.db.delete("rsvps", row._id);
  await recount(ctx, row.eventId, [row], [], now);
  const event = await ctx.db.get("events", row.eventId);
  if (event) await promote(ctx, event, now);
}

/** Updates the counts of an event after RSVPs were replaced. */
export async function recount(
  ctx: MutationCtx,
  eventId: Id<"events">,
  before: readonly Held[],
  after: readonly Held[],
  now: number,
): Promise<void> {
  const change = (count: (held: Held) => number) =>
    after.reduce((sum, held) => sum + count(held), 0) -
    before.reduce((sum, held) => sum + count(held), 0);
  const known = await attendanceOf(ctx, eventId);
  const counts = {
    going: (known?.going ?? 0) + change(seatsOf),
    maybe: (known?.maybe ?? 0) + change(({ answer }) => Number(answer === "maybe")),
    waiting: (known?.waiting ?? 0) + change((held) => Number(isWaitlisted(held))),
  };
  if (known) await ctx.db.patch("attendances", known._id, counts);
  else await ctx.db.insert("attendances", { eventId, ...counts });
  // Boards show only the count of attendees.
  if (counts.going !== (known?.going ?? 0)) await invalidateEventBoards(ctx, eventId, now);
}

/**
 * Gives free seats to the waitlist, strictly in its order, and notifies those who got one, except
 * `quiet`, who gets a reply anyway. What exceeds one batch follows in the next transaction: while
 * anybody waits, no later answer gets a seat.
 */
export async function promote(
  ctx: MutationCtx,
  event: Doc<"events">,
  now: number,
  quiet?: Id<"rsvps">,
): Promise<void> {
  const { going = 0, waiting = 0 } = (await attendanceOf(ctx, event._id)) ?? {};
  const free = (event.maxCapacity ?? Infinity) - going;
  if (waiting === 0 || free <= 0 || !isOpen(event)) return;
  const line = await waitlistOf(ctx, event._id).take(maxPromoted);
  const promoted = line.slice(0, howManyFit(line, free));
  if (promoted.length === 0) return;
  for (const row of promoted) {
    await ctx.db.patch("rsvps", row._id, { isWaiting: false, since: now });
    if (row._id === quiet) continue;
    const options = { subjectKey: `seat:${row._id}:${row.since}`, expiresAt: event.endsBy };
    await notifyActor(ctx, row, { kind: "seat", rsvpId: row._id }, options, now);
  }
  const seated = promoted.map((row) => ({ ...row, isWaiting: false }));
  await recount(ctx, event._id, promoted, seated, now);
  if (promoted.length === maxPromoted)
    await ctx.scheduler.runAfter(0, internal.rsvps.promoteMore, { eventId: event._id });
}

// The rules of seats and waitlist: pure functions, tested on their own.
//
// The event's `maxCapacity` is the number of seats. Calendars can set it too and count their own
// registrations against it; Plaza counts only RSVPs that were given here.

export type Answer = Infer<typeof rsvpAnswer>;
/** An RSVP's answer and whether it has a seat. */
export type Held = Pick<Doc<"rsvps">, "answer" | "guests" | "isWaiting" | "since">;
export type RequestedAnswer = Pick<Held, "answer" | "guests">;
/** How many seats are free (negative after the capacity was lowered), and whether others wait. */
export type Room = { free: number; hasWaitlist: boolean };

/** How many seats an RSVP takes. */
export function seatsOf(held: Held | null): number {
  return held?.answer === "going" && !held.isWaiting ? 1 + held.guests : 0;
}

export function isWaitlisted(held: Held | null): boolean {
  return held?.answer === "going" && held.isWaiting;
}

/**
 * The RSVP that a requested answer leads to. An RSVP that has a seat keeps it, whatever else is
 * requested; nobody overtakes the waitlist, not even for a seat that is too few for its first RSVP.
 * `since`: when the new state begins.
 */
export function placed(
  held: Held | null,
  requested: RequestedAnswer,
  room: Room,
  since: number,
): Held {
  const kept = held && held.answer === requested.answer ? held.since : since;
  if (requested.answer !== "going")
    return { ...requested, guests: 0, isWaiting: false, since: kept };
  const taken = seatsOf(held);
  const more = 1 + requested.guests - taken;
  if (more <= 0 || (!room.hasWaitlist && more <= room.free))
    return { ...requested, isWaiting: false, since: taken > 0 ? kept : since };
  if (held && taken > 0) return held;
  return { ...requested, isWaiting: true, since: isWaitlisted(held) ? kept : since };
}

/**
 * Merges two RSVPs of one person: a seat outweighs the waitlist, and of two waitlist positions the
 * better one counts. `later` is the newer answer.
 */
export function joined(one: Held, other: Held, later: Held): Held {
  const seats = seatsOf(one) + seatsOf(other);
  const since = Math.min(...[one, other].filter(isOf(seats > 0)).map((held) => held.since));
  if (seats > 0)
    return { answer: "going", guests: Math.min(1, seats - 1), isWaiting: false, since };
  if (isWaitlisted(one) || isWaitlisted(other))
    return { answer: "going", guests: later.guests, isWaiting: true, since };
  return later;
}

function isOf(isSeated: boolean) {
  return (held: Held) => (isSeated ? seatsOf(held) > 0 : isWaitlisted(held));
}

/**
 * How many RSVPs of the waitlist, in their order, fit into the free seats. The first that does not
 * fit stops all behind it.
 */
export function howManyFit(line: readonly Pick<Held, "guests">[], free: number): number {
  let left = free;
  const stopped = line.findIndex(({ guests }) => (left -= 1 + guests) < 0);
  return stopped < 0 ? line.length : stopped;
}
