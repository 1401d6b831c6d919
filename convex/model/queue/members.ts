import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import type { UserCaller } from "../callers/caller.ts";
import { touchLastSeen } from "../callers/chatAccounts.ts";
import { refusal } from "../refusal.ts";
import { changed, drop } from "./calls.ts";
import {
  activeEntry,
  isOver,
  lengthOf,
  maxQueues,
  queueOf,
  type Entry,
  entriesOf,
} from "./line.ts";
import { emitPosition, estimatedTimes } from "./places.ts";

// What members do in a line, and what becomes of their places when they leave Plaza or turn out to
// be one person.

/** Takes a place at the end; somebody who has one keeps it. */
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

/** Gives up every place of somebody who may not be in a line any more, or is gone. */
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
 * Two users turn out to be one: of two places in one line the better stays, and theirs are all the
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
    // Whoever did not come when called has not got another chance by this.
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
