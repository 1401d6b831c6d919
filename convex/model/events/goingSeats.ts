import type { Infer } from "convex/values";
import type { Doc } from "../../_generated/dataModel.js";
import type { rsvpAnswer } from "../fields.ts";

// The rules of seats and of the line for them: pure, so that they can be read and tried alone.
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
 * What becomes of a wish. Whoever has a seat keeps it, whatever else they ask for; nobody passes
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
 * Two answers of one person, as if they had been one: a seat outweighs a place in the line, and of
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
