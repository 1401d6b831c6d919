import { type Infer, v } from "convex/values";
import { eventCard, toCard } from "./eventViews.ts";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { type Owner, ownerOf, type Actor, notifyActor } from "../people/actors.ts";
import { refusal } from "../refusal.ts";
import { isOpen } from "../fields/eventStatus.ts";
import { rsvpOf } from "./rsvps.ts";
import { reminderExpiry } from "./schedules.ts";

// A person's own reminders, each due a number of minutes before its event, also after the event
// moves. A sent reminder is done unless the event moves so that it lies ahead again. Reminders of a
// cancelled event are not due; when it is restored, those that still lie ahead are due again.

type Reading = Pick<QueryCtx, "db">;

/** Five minutes to thirty days, in minutes. */
const fewestMinutes = 5;
const maxMinutes = 30 * 24 * 60;
/** Reminders of one event per owner. */
const maxOfOne = 5;
const minuteMs = 60_000;

export async function remindersOf(
  ctx: Reading,
  owner: Owner,
  eventId: Id<"events">,
): Promise<Doc<"reminders">[]> {
  const reminders = ctx.db.query("reminders");
  if ("userId" in owner)
    return await reminders
      .withIndex("by_user_and_event", (q) => q.eq("userId", owner.userId).eq("eventId", eventId))
      .take(2 * maxOfOne);
  return await reminders
    .withIndex("by_account_and_event", (q) =>
      q.eq("account", owner.account).eq("userId", undefined).eq("eventId", eventId),
    )
    .take(2 * maxOfOne);
}

/** An owner's newest reminders. */
export async function newestReminders(ctx: Reading, owner: Owner, most: number) {
  const reminders = ctx.db.query("reminders");
  const own =
    "userId" in owner
      ? reminders.withIndex("by_user", (q) => q.eq("userId", owner.userId))
      : reminders.withIndex("by_account", (q) =>
          q.eq("account", owner.account).eq("userId", undefined),
        );
  return await own.order("desc").take(most);
}

/** Whether a reminder can be set this many minutes before an event. */
export function isLead(minutes: number): boolean {
  return Number.isInteger(minutes) && minutes >= fewestMinutes && minutes <= maxMinutes;
}

/**
 * Sets a reminder. Setting it again changes only the chat to which it is sent.
 *
 * @throws bad-reminder, reminder-too-late, too-many-reminders
 */
export async function setReminder(
  ctx: MutationCtx,
  who: Actor,
  event: Doc<"events">,
  minutesBefore: number,
  now: number,
): Promise<void> {
  if (!isLead(minutesBefore)) throw refusal("bad-reminder");
  const dueAt = event.startDate - minutesBefore * minuteMs;
  if (dueAt <= now) throw refusal("reminder-too-late");
  const known = await remindersOf(ctx, ownerOf(who), event._id);
  const same = known.find((row) => row.minutesBefore === minutesBefore);
  if (same) {
    await ctx.db.patch("reminders", same._id, { ...who, dueAt });
    return;
  }
  if (known.filter((row) => row.dueAt !== undefined).length >= maxOfOne)
    throw refusal("too-many-reminders");
  const [spent] = known.filter((row) => row.dueAt === undefined);
  if (spent && known.length >= maxOfOne) await ctx.db.delete("reminders", spent._id);
  await ctx.db.insert("reminders", { ...who, eventId: event._id, minutesBefore, dueAt });
}

/** Deletes one reminder of an event, or all of them. */
export async function unsetReminder(
  ctx: MutationCtx,
  owner: Owner,
  eventId: Id<"events">,
  minutesBefore: number | null,
): Promise<void> {
  for (const row of await remindersOf(ctx, owner, eventId))
    if (minutesBefore === null || row.minutesBefore === minutesBefore)
      await ctx.db.delete("reminders", row._id);
}

/**
 * Sends a batch of due reminders. One that is late by more than a quarter of its lead time, because
 * nothing ran when it was due, is not sent. Returns whether more may be due.
 */
export async function notifyDue(ctx: MutationCtx, most: number, now: number): Promise<boolean> {
  const due = await ctx.db
    .query("reminders")
    .withIndex("by_due", (q) => q.gt("dueAt", 0).lte("dueAt", now))
    .take(most);
  for (const row of due) {
    const event = await ctx.db.get("events", row.eventId);
    // The event has moved and this row is not updated yet.
    const planned = event && event.startDate - row.minutesBefore * minuteMs;
    const isAhead = event !== null && isOpen(event) && planned !== null && planned > now;
    await ctx.db.patch("reminders", row._id, { dueAt: isAhead ? planned : undefined });
    if (event && isOpen(event) && !isAhead) await tellOne(ctx, row, event, now);
  }
  return due.length === most;
}

async function tellOne(
  ctx: MutationCtx,
  row: Doc<"reminders">,
  { startDate, moves }: Doc<"events">,
  now: number,
): Promise<void> {
  const lead = (startDate - (row.dueAt ?? now)) / minuteMs;
  const expiresAt = reminderExpiry(startDate, lead);
  if (lead <= 0 || now >= expiresAt) return;
  const subjectKey = `my-reminder:${row._id}:${moves}`;
  const notice = { kind: "reminder" as const, reminderId: row._id, moves };
  await notifyActor(ctx, row, notice, { subjectKey, expiresAt }, now);
}

/**
 * When a reminder is due (Unix milliseconds) after its event has changed; undefined when it is not.
 */
async function dueAfter(
  ctx: Reading,
  row: Doc<"reminders">,
  event: Doc<"events">,
  now: number,
): Promise<number | undefined> {
  if (!isOpen(event)) return undefined;
  const due = event.startDate - row.minutesBefore * minuteMs;
  if (due > now || due === row.dueAt) return due;
  if (row.dueAt === undefined || event.startDate <= now) return undefined;
  // The event has moved so near that the reminder lies in the past. Attendees are notified of the
  // move.
  const rsvp = await rsvpOf(ctx, ownerOf(row), event._id);
  return rsvp && rsvp.answer !== "not" ? undefined : now;
}

const followBatch = 100;

/** Moves a batch of reminders with their event. Returns the next cursor, null after the last. */
export async function moveReminders(
  ctx: MutationCtx,
  eventId: Id<"events">,
  cursor: string | null,
  now: number,
): Promise<string | null> {
  const event = await ctx.db.get("events", eventId);
  if (!event) return null;
  const page = await ctx.db
    .query("reminders")
    .withIndex("by_event", (q) => q.eq("eventId", eventId))
    .paginate({ numItems: followBatch, cursor });
  for (const row of page.page) {
    if (event.status === "past") {
      await ctx.db.delete("reminders", row._id);
      continue;
    }
    const dueAt = await dueAfter(ctx, row, event, now);
    if (dueAt !== row.dueAt) await ctx.db.patch("reminders", row._id, { dueAt });
  }
  return page.isDone ? null : page.continueCursor;
}

const maxScanned = 100;
const maxListed = 25;

export const ownReminder = v.object({
  event: eventCard,
  minutesBefore: v.number(),
  dueAt: v.number(),
});

/** Pending reminders, the next one first. */
export async function ownRemindersOf(
  ctx: Reading,
  owner: Owner,
): Promise<Infer<typeof ownReminder>[]> {
  const found = [];
  for (const { dueAt, minutesBefore, eventId } of await newestReminders(ctx, owner, maxScanned)) {
    if (dueAt === undefined) continue;
    const event = await ctx.db.get("events", eventId);
    if (event && isOpen(event)) found.push({ event: toCard(event), minutesBefore, dueAt });
  }
  return found.toSorted((a, b) => a.dueAt - b.dueAt).slice(0, maxListed);
}
