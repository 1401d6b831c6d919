import { internal } from "../../_generated/api.js";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { moderatorById } from "../callers/caller.ts";
import { refusal } from "../refusal.ts";
import { invalidateBoards } from "../live/boards.ts";
import { calledBy, type Entry, waitingFrom, withPace, queueOf } from "./reading.ts";
import { confirmMs, notifyEntry, notifyHost, updateQueuePositions } from "./notices.ts";
import { emit } from "../people/webhookEvents.ts";

// A turn: somebody is called, says that they are coming, and is done; or does not come, and the
// next one is called for the same host. Mutations are serializable: two hosts who press at once
// call two different people.

/** So often somebody may not come before they are out. */
const maxNoShows = 2;

/** Calls the first who waits; null where nobody does. */
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
 * A host's "next": whom they served is done, and the first who waits is called. Refuses while the
 * one they called has not said that they are coming: a double tap must not call two.
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

/** Completes a called entry; how long it took adjusts the queue's pace. Gives the changed queue. */
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

/** Somebody who was called is coming; `isOwnWord`: they say so themselves, and the host is told. */
export async function confirm(
  ctx: MutationCtx,
  queue: Doc<"queues">,
  entry: Entry,
  { isOwnWord }: { isOwnWord: boolean },
  now: number,
): Promise<void> {
  if (entry.confirmedAt !== undefined) return;
  await ctx.db.patch("queuePositions", entry._id, { confirmedAt: now });
  if (isOwnWord) await notifyHost(ctx, entry, "coming", now);
  await changed(ctx, queue, now);
}

/**
 * Somebody who was called did not come: the next one is called, and they stand behind the first who
 * then waits; the second time they are out. `by`: the host who says so; absent: the clock.
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
  // They are out of the way before the next one is called.
  const away = { noShows, status: isOut ? ("noShow" as const) : ("cancelled" as const) };
  await ctx.db.patch("queuePositions", entry._id, { ...away, position: 0, endedAt: now });
  const called = await callForHost(ctx, queue, entry, now);
  if (!isOut) await putBehindFirst(ctx, entry, called);
  await updateQueuePositions(ctx, queue, now);
  await notifyEntry(ctx, entry, isOut ? "out" : "back", now);
  if (by !== entry.calledBy) await notifyHost(ctx, entry, isOut ? "gone" : "absent", now);
  await changed(ctx, queue, now);
  return called;
}

/** Between the first and the second of those who wait, whose positions are not numbered anew yet. */
async function putBehindFirst(ctx: MutationCtx, { _id }: Entry, called: Entry | null) {
  const first = called ? 2 : 1;
  const back = { status: "waiting" as const, position: first + 0.5, endedAt: undefined };
  await ctx.db.patch("queuePositions", _id, back);
}

/**
 * Takes somebody out of the queue, for good. Nobody waits for a ghost: where they had been called,
 * their host is told and the next one is called. `by`: whose doing it is.
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

/** The next one for the host whose turn with somebody came to nothing, if they may still serve. */
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

/** Ends a call that was not confirmed in time; not one that was confirmed, or made again since. */
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
