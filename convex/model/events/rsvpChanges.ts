import { internal } from "../../_generated/api.js";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { isOpen } from "../fields/eventStatus.ts";
import { promote } from "./rsvps.ts";
import { attendanceOf } from "./lookup.ts";
import { enqueueEdit } from "../deliveries/queue.ts";
import { notifyActor } from "../people/actors.ts";

// What a change of an event means for those who come to it, written in its transaction. A change
// within a day of the event is told to each of them; further away the channels are told, and
// people's reminders move along.

const day = 24 * 60 * 60 * 1000;
/** Within this time of a first word, a correction changes the message instead of adding one. */
const correctionMs = 60_000;

/** Brings everything that people have of an event in line with a change of it. */
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
  const said = {
    number,
    version: 1,
    at: now,
    start,
    wasOff,
    ...(place !== undefined && { place }),
  };
  // What is called off has nothing to correct: the number alone goes on.
  if (!isOff) await ctx.db.patch("attendances", attendance._id, { change: said });
  await ctx.scheduler.runAfter(0, internal.rsvps.notifyChange, {
    eventId: after._id,
    number: isOff ? null : number,
    answer: "going",
    cursor: null,
  });
}

/** Whether two states of an event are the same for somebody on their way. */
export function isAlike(
  one: { startDate: number; location?: string | undefined },
  other: { startDate: number; location?: string | undefined },
): boolean {
  return one.startDate === other.startDate && (one.location ?? "") === (other.location ?? "");
}

// Telling a change to everybody who comes: in batches, each of which schedules the next in its own
// transaction, so that ten thousand are told exactly once, whatever stops in between.

const batch = 100;

/** Which change: its number in `attendances`, null where the event is called off. */
export type ToTell = {
  eventId: Id<"events">;
  number: number | null;
  answer: "going" | "maybe";
  cursor: string | null;
};

/** Tells a batch of those who go, or wait to; and after them those who may. */
export async function notifyBatch(ctx: MutationCtx, told: ToTell, now: number): Promise<void> {
  const { eventId, number, answer, cursor } = told;
  const event = await ctx.db.get("events", eventId);
  // On again, or off, before everybody was told: nobody else needs to be.
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
    number === null ? `called-off:${eventId}:${event.moves}` : topicOf(eventId, number);
  for (const row of page.page)
    await notifyActor(ctx, row, notice, { subjectKey, expiresAt: event.endsBy }, now);
  if (page.isDone && answer === "maybe") return;
  const next = page.isDone
    ? { answer: "maybe" as const, cursor: null }
    : { answer, cursor: page.continueCursor };
  await ctx.scheduler.runAfter(0, internal.rsvps.notifyChange, { eventId, number, ...next });
}

function topicOf(eventId: Id<"events">, number: number): string {
  return `changed:${eventId}:${number}`;
}

export type ToCorrect = {
  eventId: Id<"events">;
  number: number;
  version: number;
  cursor: string | null;
};

/** Corrects a batch of the messages in which a change was told that was changed again at once. */
export async function updateBatch(
  ctx: MutationCtx,
  { eventId, number, version, cursor }: ToCorrect,
  now: number,
): Promise<void> {
  const event = await ctx.db.get("events", eventId);
  if (!event) return;
  // Keys begin with their topic and "|", and "}" is the character after that.
  const subjectKey = topicOf(eventId, number);
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
