import { internal } from "../../_generated/api.js";
import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { isOpen } from "./clock.ts";
import { promote } from "./going.ts";
import { attendanceOf } from "./lookup.ts";

// What a change of an event means for those who come to it, written in its transaction. A change
// within a day of the event is told to each of them; further away the channels are told, and
// people's reminders move along.

const day = 24 * 60 * 60 * 1000;
/** Within this time of a first word, a correction changes the message instead of adding one. */
const correctionMs = 60_000;

/** Brings everything that people have of an event in step with a change of it. */
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
