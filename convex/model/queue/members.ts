import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import type { UserCaller } from "../callers/caller.ts";
import { touchLastSeen } from "../callers/chatAccounts.ts";
import { refusal } from "../refusal.ts";
import { changed, drop } from "./calls.ts";
import {
  activeEntry,
  entriesOf,
  type Entry,
  isOver,
  lengthOf,
  maxQueues,
  maxWaiting,
  queueOf,
} from "./reading.ts";
import { emitPosition, estimatedTimes, notifyEntry } from "./notices.ts";
import { internal } from "../../_generated/api.js";
import { invalidateBoards } from "../live/boards.ts";

// Joining and leaving a queue, opening and closing it, and what becomes of entries when their event
// or their person changes.

/** Adds an entry at the end; a person who has one keeps it. */
export async function join(
  ctx: MutationCtx,
  caller: UserCaller,
  event: Doc<"events">,
  now: number,
): Promise<{ entry: Entry; isNew: boolean }> {
  const { user } = caller;
  await touchLastSeen(ctx, caller.chat?.account, now);
  const known = await activeEntry(ctx, event._id, user._id);
  if (known) return { entry: known, isNew: false };
  if (isOver(event, now)) throw refusal("event-over");
  const queue = await queueOf(ctx, event._id);
  if (!queue) throw refusal("no-line");
  if (!queue.isOpen) throw refusal("line-closed");
  const position = (await lengthOf(ctx, event._id)) + 1;
  if (position > queue.capacity) throw refusal("line-full");
  if ((await entriesOf(ctx, user._id)).length >= maxQueues) throw refusal("too-many-lines");
  const timeAt = await estimatedTimes(ctx, queue, now);
  const id = await ctx.db.insert("queuePositions", {
    eventId: event._id,
    userId: user._id,
    position,
    estimatedTime: timeAt(position),
    status: "waiting",
    joinedAt: now,
    noShows: 0,
    calls: 0,
  });
  const entry = await ctx.db.get("queuePositions", id);
  if (!entry) throw new Error("a place that was just taken is not there");
  await emitPosition(ctx, entry, now);
  await changed(ctx, queue, now);
  return { entry, isNew: true };
}

/** Removes all entries of a person who was blocked or deleted. */
export async function leaveQueues(
  ctx: MutationCtx,
  userId: Id<"users">,
  now: number,
): Promise<void> {
  for (const entry of await entriesOf(ctx, userId)) {
    const queue = await queueOf(ctx, entry.eventId);
    if (queue) await drop(ctx, queue, entry, userId, now);
  }
}

/**
 * Two users turn out to be one: of two positions in one queue the better stays, and theirs are all the
 * same person's at once, before the rest of the rows follow.
 */
export async function mergeEntries(
  ctx: MutationCtx,
  gone: Id<"users">,
  kept: Id<"users">,
  now: number,
): Promise<void> {
  for (const entry of await entriesOf(ctx, gone)) {
    const mine = await activeEntry(ctx, entry.eventId, kept);
    await ctx.db.patch("queuePositions", entry._id, { userId: kept });
    const queue = mine && (await queueOf(ctx, entry.eventId));
    if (!queue) continue;
    const [better, worse] = isBetter(entry, mine) ? [entry, mine] : [mine, entry];
    await drop(ctx, queue, worse, kept, now);
    // Who did not come when called has not got another chance by this.
    const noShows = Math.max(better.noShows, worse.noShows);
    await ctx.db.patch("queuePositions", better._id, { noShows });
  }
}

/** Called before waiting, called first before called later, in front before behind. */
function isBetter(one: Entry, other: Entry): boolean {
  if (one.status !== other.status) return one.status === "called";
  return one.status === "called"
    ? (one.calledAt ?? 0) < (other.calledAt ?? 0)
    : one.position < other.position;
}

const usual = { slotMinutes: 5, capacity: 200 };
const longestSlot = 240;

export type Settings = { slotMinutes?: number | undefined; capacity?: number | undefined };

/** Opens the queue of an event, or opens it again; with settings, changes them. */
export async function open(
  ctx: MutationCtx,
  { user }: UserCaller,
  event: Doc<"events">,
  { slotMinutes, capacity }: Settings,
  now: number,
): Promise<{ queue: Doc<"queues">; isNew: boolean }> {
  if (isOver(event, now)) throw refusal("event-over");
  const wanted = {
    ...(slotMinutes !== undefined && { slotMinutes: within(slotMinutes, longestSlot) }),
    ...(capacity !== undefined && { capacity: within(capacity, maxWaiting) }),
  };
  const known = await queueOf(ctx, event._id);
  const isNew = known?.isOpen !== true;
  if (known) {
    const opened = isNew ? { isOpen: true, openedBy: user._id, changedAt: now } : {};
    await ctx.db.patch("queues", known._id, { ...wanted, ...opened });
  } else
    await ctx.db.insert("queues", {
      ...usual,
      ...wanted,
      eventId: event._id,
      orgId: event.orgId,
      isOpen: true,
      paces: [],
      openedAt: now,
      openedBy: user._id,
      changedAt: now,
    });
  const queue = await queueOf(ctx, event._id);
  if (!queue) throw new Error("a line that was just opened is not there");
  await changed(ctx, queue, now);
  return { queue, isNew };
}

function within(number: number, most: number): number {
  if (!Number.isSafeInteger(number) || number < 1 || number > most) throw refusal("bad-line");
  return number;
}

/** Nobody can join any more; those in the queue are still served. */
export async function close(ctx: MutationCtx, queue: Doc<"queues">, now: number): Promise<boolean> {
  if (!queue.isOpen) return false;
  await ctx.db.patch("queues", queue._id, { isOpen: false, changedAt: now });
  await changed(ctx, queue, now);
  return true;
}

/** So many are sent home in one transaction. */
const batch = 100;

/**
 * Sends home those who wait, the last ones first, so that the positions of the others stay true
 * meanwhile; each is told. Where the queue is opened again, it stops.
 */
export async function sendHome(
  ctx: MutationCtx,
  queue: Doc<"queues">,
  now: number,
): Promise<Entry[]> {
  if (queue.isOpen) return [];
  const { eventId } = queue;
  const last = await ctx.db
    .query("queuePositions")
    .withIndex("by_event_status", (q) => q.eq("eventId", eventId).eq("status", "waiting"))
    .order("desc")
    .take(batch);
  for (const entry of last) {
    const gone = { status: "cancelled" as const, position: 0, endedAt: now };
    await ctx.db.patch("queuePositions", entry._id, gone);
    await notifyEntry(ctx, entry, "closed", now);
  }
  if (last.length === batch)
    await ctx.scheduler.runAfter(0, internal.queue.sendMoreHome, { eventId });
  await changed(ctx, queue, now);
  return last;
}

/**
 * What a change of an event means for its queue. One that is over takes nobody in, and those in it
 * are still served; where the event is called off, who waits is told that it is for nothing.
 */
export async function queueFollowsEvent(
  ctx: MutationCtx,
  before: Doc<"events">,
  after: Doc<"events">,
  now: number,
): Promise<void> {
  const isEnding = before.status !== after.status && isEnd(after.status);
  if (!isEnding && before.title === after.title) return;
  const queue = await queueOf(ctx, after._id);
  if (!queue) return;
  if (isEnding) await close(ctx, queue, now);
  if (isEnding && after.status === "cancelled")
    await sendHome(ctx, { ...queue, isOpen: false }, now);
  await changed(ctx, queue, now);
}

/** A person's name or visibility has changed: boards of their queues are invalidated. */
export async function queuesShowPerson(
  ctx: MutationCtx,
  userId: Id<"users">,
  now: number,
): Promise<void> {
  for (const { eventId } of await entriesOf(ctx, userId))
    await invalidateBoards(ctx, `queue:${eventId}`, now);
}

function isEnd(status: Doc<"events">["status"]): boolean {
  return status === "cancelled" || status === "past";
}
