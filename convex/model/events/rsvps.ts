import type { Infer } from "convex/values";
import { internal } from "../../_generated/api.js";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { type Actor, notifyActor, type Owner, ownerOf } from "../people/actors.ts";
import { isOpen } from "../fields/eventStatus.ts";
import { invalidateEventBoards } from "./eventViews.ts";
import { attendanceOf } from "./lookup.ts";
import type { rsvpAnswer } from "../fields.ts";

// Who comes to an event. Every answer keeps the counts in step, and gives what came free to the
// first of the waitlist, in the same transaction.

type Reading = Pick<QueryCtx, "db">;

/** How many are moved up in one transaction; each is told. */
const promotedAtOnce = 25;

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

/** Those who wait for a seat, the first of the waitlist first. */
export function waitlistOf(ctx: Reading, eventId: Id<"events">) {
  return ctx.db
    .query("rsvps")
    .withIndex("by_event", (q) =>
      q.eq("eventId", eventId).eq("answer", "going").eq("isWaiting", true),
    );
}

/** Takes an answer. The caller has made sure that the event is open and the person may come. */
export async function answer(
  ctx: MutationCtx,
  who: Actor,
  event: Doc<"events">,
  wish: Wish,
  now: number,
): Promise<void> {
  const known = await rsvpOf(ctx, ownerOf(who), event._id);
  const room = await roomFor(ctx, event, known ? [known] : []);
  const next = placed(known, wish, room, await sinceFor(ctx, event._id, now));
  if (known && isSame(known, { ...who, ...next })) return;
  const said = { ...who, ...next, answeredAt: now };
  const rsvpId = known?._id ?? (await ctx.db.insert("rsvps", { ...said, eventId: event._id }));
  if (known) await ctx.db.patch("rsvps", known._id, said);
  await recount(ctx, event._id, known ? [known] : [], [next], now);
  await promote(ctx, event, now, rsvpId);
}

function isSame(known: Doc<"rsvps">, next: Held & Actor): boolean {
  const names = ["answer", "guests", "isWaiting", "since", "account", "locale"] as const;
  return names.every((name) => known[name] === next[name]);
}

/** What there is for somebody who has said this and that so far: their own entry does not count. */
export async function roomFor(ctx: Reading, event: Doc<"events">, own: Held[]) {
  const { going = 0, waiting = 0 } = (await attendanceOf(ctx, event._id)) ?? {};
  const free = (event.maxCapacity ?? Infinity) - going;
  return { free, hasWaitlist: waiting > own.filter(isWaitlisted).length };
}

/** Since when somebody waits who joins the waitlist now: later than everybody before them. */
export async function sinceFor(ctx: Reading, eventId: Id<"events">, now: number): Promise<number> {
  const last = await waitlistOf(ctx, eventId).order("desc").first();
  return Math.max(now, (last?.since ?? 0) + 1);
}

/** Takes an answer back as if it had never been given; what it held goes to the first of the waitlist. */
export async function removeRsvp(ctx: MutationCtx, row: Doc<"rsvps">, now: number): Promise<void> {
  await ctx.db.delete("rsvps", row._id);
  await recount(ctx, row.eventId, [row], [], now);
  const event = await ctx.db.get("events", row.eventId);
  if (event) await promote(ctx, event, now);
}

/** Brings the counts of an event in line with answers that were replaced by others. */
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
  // Boards show how many come, and nothing of those who may or wait.
  if (counts.going !== (known?.going ?? 0)) await invalidateEventBoards(ctx, eventId, now);
}

/**
 * Gives free seats to those who wait, strictly in their order, and tells them; `quiet` is answered
 * anyway. More than fits into one transaction follows at once: while anybody waits nobody passes.
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
  const line = await waitlistOf(ctx, event._id).take(promotedAtOnce);
  const lucky = line.slice(0, howManyFit(line, free));
  if (lucky.length === 0) return;
  for (const row of lucky) {
    await ctx.db.patch("rsvps", row._id, { isWaiting: false, since: now });
    if (row._id === quiet) continue;
    const telling = { subjectKey: `seat:${row._id}:${row.since}`, expiresAt: event.endsBy };
    await notifyActor(ctx, row, { kind: "seat", rsvpId: row._id }, telling, now);
  }
  const seated = lucky.map((row) => ({ ...row, isWaiting: false }));
  await recount(ctx, event._id, lucky, seated, now);
  if (lucky.length === promotedAtOnce)
    await ctx.scheduler.runAfter(0, internal.rsvps.promoteMore, { eventId: event._id });
}

// The rules of seats and of their waitlist: pure, so that they can be read and tried alone.
//
// `maxCapacity` of the event is how many seats there are. A calendar may say it too, and counts its
// own registrations against it; Plaza counts only those who said here that they come.

export type Answer = Infer<typeof rsvpAnswer>;
/** What somebody has said, and whether it got them a seat. */
export type Held = Pick<Doc<"rsvps">, "answer" | "guests" | "isWaiting" | "since">;
export type Wish = Pick<Held, "answer" | "guests">;
/** How many seats are free (below nothing where the capacity was lowered); whether others wait. */
export type Room = { free: number; hasWaitlist: boolean };

/** How many seats an answer takes. */
export function seatsOf(held: Held | null): number {
  return held?.answer === "going" && !held.isWaiting ? 1 + held.guests : 0;
}

export function isWaitlisted(held: Held | null): boolean {
  return held?.answer === "going" && held.isWaiting;
}

/**
 * What becomes of a wish. Who has a seat keeps it, whatever else they ask for; nobody passes
 * those who wait, not even for a seat that the first of them cannot use. `since` is when they begin
 * to go or to wait.
 */
export function placed(held: Held | null, wish: Wish, room: Room, since: number): Held {
  const kept = held && held.answer === wish.answer ? held.since : since;
  if (wish.answer !== "going") return { ...wish, guests: 0, isWaiting: false, since: kept };
  const taken = seatsOf(held);
  const more = 1 + wish.guests - taken;
  if (more <= 0 || (!room.hasWaitlist && more <= room.free))
    return { ...wish, isWaiting: false, since: taken > 0 ? kept : since };
  if (held && taken > 0) return held;
  return { ...wish, isWaiting: true, since: isWaitlisted(held) ? kept : since };
}

/**
 * Two answers of one person, as if they had been one: a seat outweighs a place on the waitlist, and of
 * two places the better one counts. `later` is what they said last.
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
 * How many of those who wait, in their order, fit into the free seats: the first for whom there is
 * not enough stops everybody behind them.
 */
export function howManyFit(line: readonly Pick<Held, "guests">[], free: number): number {
  let left = free;
  const stopped = line.findIndex(({ guests }) => (left -= 1 + guests) < 0);
  return stopped < 0 ? line.length : stopped;
}
