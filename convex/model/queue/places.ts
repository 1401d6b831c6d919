import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { calledIn, mostCalled, mostWaiting, type Entry, waitingFrom } from "./line.ts";
import { middleOf, paceOf, waitOf } from "./pace.ts";
import { notifyEntry } from "./notices.ts";
import { emit } from "../people/webhookEvents.ts";

/** Those whose places are told to what listens: not five hundred rows at each step. */
const front = 3;

/**
 * Numbers those who wait from place `first` on, 1..n without a gap, in the order in which they
 * stand; a place between two (1.5) puts somebody there. Only rows whose place has changed are
 * written. Whoever has moved up to the third or the first place is told.
 */
export async function updateQueuePositions(
  ctx: MutationCtx,
  queue: Doc<"queues">,
  now: number,
  first = 1,
): Promise<void> {
  const { eventId } = queue;
  // Those who come back may be more than a line takes.
  const waiting = await waitingFrom(ctx, eventId, first, mostWaiting + mostCalled);
  const timeAt = await estimatedTimes(ctx, queue, now);
  for (const [index, entry] of waiting.entries()) {
    const position = first + index;
    if (position === entry.position) continue;
    const place = { position, estimatedTime: timeAt(position) };
    await ctx.db.patch("queuePositions", entry._id, place);
    await noteMove(ctx, entry, { ...entry, ...place }, now);
  }
}

/** When somebody at each place is expected to be called. */
export async function estimatedTimes(
  ctx: MutationCtx,
  queue: Doc<"queues">,
  now: number,
): Promise<(position: number) => number> {
  const since = (await calledIn(ctx, queue.eventId)).map(({ calledAt = now }) => calledAt);
  const pace = paceOf(queue);
  return (position) => middleOf(waitOf(position, pace, since, now), now);
}

async function noteMove(ctx: MutationCtx, before: Entry, after: Entry, now: number) {
  if (after.position > front) return;
  await emitPosition(ctx, after, now);
  // Who was put between two has just been told where.
  if (after.position > before.position || !Number.isInteger(before.position)) return;
  if (after.position === 3) await notifyEntry(ctx, after, "third", now);
  if (after.position === 1) await notifyEntry(ctx, after, "next", now);
}

/** Lets what listens know of a place at the front. */
export async function emitPosition(
  ctx: MutationCtx,
  { userId, eventId, position, estimatedTime, status }: Entry,
  now: number,
): Promise<void> {
  if (position > front) return;
  const data = { position, estimatedTime, status };
  await emit(ctx, { type: "queue.position.updated", userId, eventId, data }, now);
}
