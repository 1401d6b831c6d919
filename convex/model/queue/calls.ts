import { internal } from "../../_generated/api.js";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { moderatorById } from "../callers/caller.ts";
import { refusal } from "../refusal.ts";
import { invalidateBoards } from "../live/boards.ts";
import { calledBy, type Entry, waitingFrom, withPace, queueOf } from "./reading.ts";
import { confirmMs, notifyEntry, notifyHost, updateQueuePositions } from "./notices.ts";
import { emit } from "../people/webhookEvents.ts";

// The life of a call: an entry is called, confirms and is completed, or does not show up and the
// next entry is called for the same host. Convex mutations are serializable, so two hosts who call
// at the same moment get two different entries.

/** After this many no-shows an entry leaves the queue. */
const maxNoShows = 2;

/** Calls the first waiting entry; null when nobody waits. */
export async function callFirst(
  ctx: MutationCtx,
  queue: Doc<"queues">,
  host: Id<"users">,
  now: number,
): Promise<Entry | null> {
  const { eventId } = queue;
  const [first] = await waitingFrom(ctx, eventId, 1, 1);
  if (!first) return null;
  const { _id: positionId, calls: before, userId } = first;
  const calls = before + 1;
  const called = {
    status: "called" as const,
    position: 0,
    estimatedTime: now,
    calledAt: now,
    calledBy: host,
    confirmedAt: undefined,
    calls,
  };
  await ctx.db.patch("queuePositions", positionId, called);
  const expiry = { positionId, call: calls };
  await ctx.scheduler.runAt(now + confirmMs, internal.queue.expireCall, expiry);
  await notifyEntry(ctx, { ...first, calls }, "turn", now);
  const data = { position: 0, confirmBy: now + confirmMs, call: calls };
  await emit(ctx, { type: "queue.your_turn", userId, eventId, data }, now);
  return await ctx.db.get("queuePositions", positionId);
}

/**
 * Completes the entry that the host is serving and calls the first waiting one. Refused until the
 * called entry has confirmed, so that a double tap does not call two people.
 *
 * @throws still-coming
 */
export async function callNext(
  ctx: MutationCtx,
  queue: Doc<"queues">,
  host: Id<"users">,
  now: number,
): Promise<{ done: Entry | null; called: Entry | null }> {
  const done = await calledBy(ctx, queue.eventId, host);
  if (done && done.confirmedAt === undefined) throw refusal("still-coming");
  const served = done ? await complete(ctx, queue, done, now) : queue;
  const called = await callFirst(ctx, served, host, now);
  if (called) await updateQueuePositions(ctx, served, now);
  await changed(ctx, queue, now);
  return { done, called };
}

/**
 * Completes a called entry and adds its duration to the queue's pace. Returns the changed queue.
 */
export async function complete(
  ctx: MutationCtx,
  queue: Doc<"queues">,
  { _id, calledAt }: Entry,
  now: number,
): Promise<Doc<"queues">> {
  await ctx.db.patch("queuePositions", _id, { status: "completed", endedAt: now });
  const paces = withPace(queue.paces, now - (calledAt ?? now));
  await ctx.db.patch("queues", queue._id, { paces });
  await changed(ctx, queue, now);
  return { ...queue, paces };
}

/** Confirms a call. `isByPerson`: the called person confirmed it, so the host is notified. */
export async function confirm(
  ctx: MutationCtx,
  queue: Doc<"queues">,
  entry: Entry,
  { isByPerson }: { isByPerson: boolean },
  now: number,
): Promise<void> {
  if (entry.confirmedAt !== undefined) return;
  await ctx.db.patch("queuePositions", entry._id, { confirmedAt: now });
  if (isByPerson) await notifyHost(ctx, entry, "coming", now);
  await changed(ctx, queue, now);
}

/**
 * Records a no-show and calls the next entry. After the first no-show the entry comes back behind
 * the first waiting one; after the second it leaves the queue. `by`: the host who reported it;
 * undefined when the call expired.
 */
export async function noShow(
  ctx: MutationCtx,
  queue: Doc<"queues">,
  entry: Entry,
  by: Id<"users"> | undefined,
  now: number,
): Promise<Entry | null> {
  const noShows = entry.noShows + 1;
  const isOut = noShows >= maxNoShows;
  // The entry stops waiting before the next one is called, so that it is not called again.
  const ended = { noShows, status: isOut ? ("noShow" as const) : ("cancelled" as const) };
  await ctx.db.patch("queuePositions", entry._id, { ...ended, position: 0, endedAt: now });
  const called = await callForHost(ctx, queue, entry, now);
  if (!isOut) await putBehindFirst(ctx, entry, called);
  await updateQueuePositions(ctx, queue, now);
  await notifyEntry(ctx, entry, isOut ? "out" : "back", now);
  if (by !== entry.calledBy) await notifyHost(ctx, entry, isOut ? "gone" : "absent", now);
  await changed(ctx, queue, now);
  return called;
}

/** Inserts between the first and the second waiting entry, before positions are renumbered. */
async function putBehindFirst(ctx: MutationCtx, { _id }: Entry, called: Entry | null) {
  const first = called ? 2 : 1;
  const back = { status: "waiting" as const, position: first + 0.5, endedAt: undefined };
  await ctx.db.patch("queuePositions", _id, back);
}

/**
 * Removes an entry from the queue for good. When it had been called, its host is notified and the
 * next entry is called. `by`: the user who removed it.
 */
export async function drop(
  ctx: MutationCtx,
  queue: Doc<"queues">,
  entry: Entry,
  by: Id<"users">,
  now: number,
): Promise<Entry | null> {
  const wasCalled = entry.status === "called";
  const gone = { status: "cancelled" as const, position: 0, endedAt: now };
  await ctx.db.patch("queuePositions", entry._id, gone);
  const called = wasCalled ? await callForHost(ctx, queue, entry, now) : null;
  await updateQueuePositions(ctx, queue, now, wasCalled ? 1 : entry.position);
  if (wasCalled && by !== entry.calledBy) await notifyHost(ctx, entry, "left", now);
  await changed(ctx, queue, now);
  return called;
}

/** Calls the next entry for the host of a call that ended, if that host is still a moderator. */
async function callForHost(
  ctx: MutationCtx,
  queue: Doc<"queues">,
  { calledBy: host }: Entry,
  now: number,
): Promise<Entry | null> {
  if (!host || !(await moderatorById(ctx, host, "telegram"))) return null;
  return await callFirst(ctx, queue, host, now);
}

export async function changed(
  ctx: MutationCtx,
  { eventId }: Doc<"queues">,
  now: number,
): Promise<void> {
  await invalidateBoards(ctx, `queue:${eventId}`, now);
}

/** Expires a call that was not confirmed in time. A confirmed or repeated call is left alone. */
export async function expireCall(
  ctx: MutationCtx,
  positionId: Id<"queuePositions">,
  call: number,
  now: number,
): Promise<void> {
  const entry = await ctx.db.get("queuePositions", positionId);
  if (entry?.status !== "called" || entry.calls !== call || entry.confirmedAt) return;
  const queue = await queueOf(ctx, entry.eventId);
  if (queue) await noShow(ctx, queue, entry, undefined, now);
}
