import { internal } from "../../_generated/api.js";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { isOpen } from "../fields/eventStatus.ts";
import { promote } from "./rsvps.ts";
import { attendanceOf } from "./lookup.ts";
import { enqueueEdit } from "../deliveries/queue.ts";
import { notifyActor } from "../people/actors.ts";

// Notices to attendees about a change of their event, enqueued in the transaction that changes it.
// A change within 24 hours of the start is sent to each attendee; an earlier one is announced in
// the channels only. Reminders move with the event.

const day = 24 * 60 * 60 * 1000;
/** Milliseconds in which a second change edits the message of the first instead of adding one. */
const correctionMs = 60_000;

/** Brings reminders, RSVPs and notices in line with a change of their event. */
export async function rsvpsFollowEvent(
  ctx: MutationCtx,
  before: Doc<"events">,
  after: Doc<"events">,
  now: number,
): Promise<void> {
  if (isOpen(before) !== isOpen(after) || before.startDate !== after.startDate)
    await followReminders(ctx, after);
  if (after.maxCapacity !== before.maxCapacity || (!isOpen(before) && isOpen(after)))
    await promote(ctx, after, now);
  await notifyChange(ctx, before, after, now);
}

async function followReminders(ctx: MutationCtx, { _id: eventId }: Doc<"events">): Promise<void> {
  const first = await ctx.db
    .query("reminders")
    .withIndex("by_event", (q) => q.eq("eventId", eventId))
    .first();
  if (first) await ctx.scheduler.runAfter(0, internal.reminders.follow, { eventId, cursor: null });
}

async function notifyChange(
  ctx: MutationCtx,
  before: Doc<"events">,
  after: Doc<"events">,
  now: number,
): Promise<void> {
  const isOff = isOpen(before) && after.status === "cancelled";
  const wasOff = before.status === "cancelled" && isOpen(after);
  const isOther = isOpen(before) && isOpen(after) && !isAlike(before, after);
  if (!isOff && !wasOff && !isOther) return;
  const attendance = await attendanceOf(ctx, after._id);
  const { going = 0, maybe = 0, waiting = 0, change } = attendance ?? {};
  if (!attendance || going + maybe + waiting === 0) return;
  const recent = change && now - change.at < correctionMs && !isOff && !wasOff ? change : null;
  const isNear = [before, after].some(({ startDate }) => startDate - now < day);
  if (recent) {
    const corrected = { ...recent, version: recent.version + 1 };
    await ctx.db.patch("attendances", attendance._id, { change: corrected });
    const { number, version } = corrected;
    const args = { eventId: after._id, number, version, cursor: null };
    await ctx.scheduler.runAfter(0, internal.rsvps.correctChange, args);
    return;
  }
  if (!isNear) return;
  const number = (change?.number ?? 0) + 1;
  const { startDate: start, location: place } = before;
  const nextChange = {
    number,
    version: 1,
    at: now,
    start,
    wasOff,
    ...(place !== undefined && { place }),
  };
  // A cancellation is not stored, because its notice is never corrected.
  if (!isOff) await ctx.db.patch("attendances", attendance._id, { change: nextChange });
  await ctx.scheduler.runAfter(0, internal.rsvps.notifyChange, {
    eventId: after._id,
    number: isOff ? null : number,
    answer: "going",
    cursor: null,
  });
}

type State = { startDate: number; location?: string | undefined };

/**
 * Whether two states of an event are the same for an attendee. An address that is hidden `after` is
 * no other address.
 */
export function isAlike(before: State, after: State & { placeIsHidden?: boolean }): boolean {
  return before.startDate === after.startDate && isSamePlace(before, after);
}

export function isSamePlace(
  before: Pick<State, "location">,
  after: Pick<State, "location"> & { placeIsHidden?: boolean },
): boolean {
  return after.placeIsHidden === true || (before.location ?? "") === (after.location ?? "");
}

// Notifying all attendees of a change. Each batch schedules the next in its own transaction, so
// that every attendee is notified exactly once even if the process stops in between.

const batch = 100;

/** The number of the change in `attendances`; null for a cancellation. */
export type ChangeNotices = {
  eventId: Id<"events">;
  number: number | null;
  answer: "going" | "maybe";
  cursor: string | null;
};

/**
 * Notifies a batch of attendees and waitlisted people first, then of those who answered "maybe".
 */
export async function notifyBatch(
  ctx: MutationCtx,
  changeNotices: ChangeNotices,
  now: number,
): Promise<void> {
  const { eventId, number, answer, cursor } = changeNotices;
  const event = await ctx.db.get("events", eventId);
  // The event was cancelled or restored before all were notified: the rest need not be.
  if (!event || (event.status === "cancelled") !== (number === null)) return;
  const page = await ctx.db
    .query("rsvps")
    .withIndex("by_event", (q) => q.eq("eventId", eventId).eq("answer", answer))
    .paginate({ numItems: batch, cursor });
  const notice =
    number === null
      ? { kind: "called-off" as const, eventId }
      : { kind: "changed" as const, eventId, change: number };
  const subjectKey =
    number === null ? `called-off:${eventId}:${event.moves}` : changeSubjectKey(eventId, number);
  for (const row of page.page)
    await notifyActor(ctx, row, notice, { subjectKey, expiresAt: event.endsBy }, now);
  if (page.isDone && answer === "maybe") return;
  const next = page.isDone
    ? { answer: "maybe" as const, cursor: null }
    : { answer, cursor: page.continueCursor };
  await ctx.scheduler.runAfter(0, internal.rsvps.notifyChange, { eventId, number, ...next });
}

function changeSubjectKey(eventId: Id<"events">, number: number): string {
  return `changed:${eventId}:${number}`;
}

export type ChangeCorrections = {
  eventId: Id<"events">;
  number: number;
  version: number;
  cursor: string | null;
};

/** Enqueues edits for a batch of notices whose change was changed again. */
export async function updateBatch(
  ctx: MutationCtx,
  { eventId, number, version, cursor }: ChangeCorrections,
  now: number,
): Promise<void> {
  const event = await ctx.db.get("events", eventId);
  if (!event) return;
  // Dedupe keys begin with their subject and "|"; "}" is the character after it.
  const subjectKey = changeSubjectKey(eventId, number);
  const page = await ctx.db
    .query("deliveries")
    .withIndex("by_key", (q) => q.gt("key", `${subjectKey}|`).lt("key", `${subjectKey}}`))
    .paginate({ numItems: batch, cursor });
  const correction = { version, expiresAt: event.endsBy };
  for (const delivery of page.page) await enqueueEdit(ctx, delivery, correction, now);
  if (page.isDone) return;
  const next = { eventId, number, version, cursor: page.continueCursor };
  await ctx.scheduler.runAfter(0, internal.rsvps.correctChange, next);
}
