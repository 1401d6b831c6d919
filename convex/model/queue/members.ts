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

// Joining and leaving a queue, opening and closing it, and what happens to entries when their event
// or their user changes.

/**
 * Adds an entry at the end; a user who has one keeps it.
 *
 * @throws event-over, no-line, line-closed, line-full, too-many-lines
 */
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

/** Removes all entries of a user who was blocked or deleted. */
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
 * Moves the entries of one user to another when the two are merged. Of two entries in one queue the
 * better one stays. Done at once, before the other rows of the merge follow.
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
    // The higher number of no-shows counts: merging does not give another chance.
    const noShows = Math.max(better.noShows, worse.noShows);
    await ctx.db.patch("queuePositions", better._id, { noShows });
  }
}

/** Order of entries: called before waiting, earlier calls first, then by position. */
function isBetter(one: Entry, other: Entry): boolean {
  if (one.status !== other.status) return one.status === "called";
  return one.status === "called"
    ? (one.calledAt ?? 0) < (other.calledAt ?? 0)
    : one.position < other.position;
}

const usual = { slotMinutes: 5, capacity: 200 };
const maxSlotMinutes = 240;

export type Settings = { slotMinutes?: number | undefined; capacity?: number | undefined };

/**
 * Opens or reopens the queue of an event; given settings are changed.
 *
 * @throws event-over, bad-line
 */
export async function open(
  ctx: MutationCtx,
  { user }: UserCaller,
  event: Doc<"events">,
  { slotMinutes, capacity }: Settings,
  now: number,
): Promise<{ queue: Doc<"queues">; isNew: boolean }> {
  if (isOver(event, now)) throw refusal("event-over");
  const wanted = {
    ...(slotMinutes !== undefined && { slotMinutes: within(slotMinutes, maxSlotMinutes) }),
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

function within(number: number, max: number): number {
  if (!Number.isSafeInteger(number) || number < 1 || number > max) throw refusal("bad-line");
  return number;
}

/** Closes a queue: nobody can join, entries in it are still served. */
export async function close(ctx: MutationCtx, queue: Doc<"queues">, now: number): Promise<boolean> {
  if (!queue.isOpen) return false;
  await ctx.db.patch("queues", queue._id, { isOpen: false, changedAt: now });
  await changed(ctx, queue, now);
  return true;
}

/** Entries that one transaction removes from a closed queue. */
const batch = 100;

/**
 * Removes the waiting entries of a closed queue and notifies them. Starts at the end, so that the
 * positions of the others stay correct meanwhile. Stops when the queue is reopened.
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
 * Applies a change of an event to its queue. The queue of a past event closes and its entries are
 * still served; when the event is cancelled, its waiting entries are removed and notified.
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

/** Invalidates the boards of a user's queues after a change of name or visibility. */
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
