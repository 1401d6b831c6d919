import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import type { UserCaller } from "../callers/caller.ts";
import { noteHere } from "../callers/chatAccounts.ts";
import { refusal } from "../refusal.ts";
import { changed, drop } from "./calls.ts";
import {
  activeTicket,
  isOver,
  lengthOf,
  mostLines,
  queueOf,
  type Ticket,
  ticketsOf,
} from "./line.ts";
import { emitPlace, timesOf } from "./places.ts";

// What members do in a line, and what becomes of their places when they leave Plaza or turn out to
// be one person.

/** Takes a place at the end; somebody who has one keeps it. */
export async function join(
  ctx: MutationCtx,
  caller: UserCaller,
  event: Doc<"events">,
  now: number,
): Promise<{ ticket: Ticket; isNew: boolean }> {
  const { user } = caller;
  await noteHere(ctx, caller.chat?.account, now);
  const known = await activeTicket(ctx, event._id, user._id);
  if (known) return { ticket: known, isNew: false };
  if (isOver(event, now)) throw refusal("event-over");
  const queue = await queueOf(ctx, event._id);
  if (!queue) throw refusal("no-line");
  if (!queue.isOpen) throw refusal("line-closed");
  const position = (await lengthOf(ctx, event._id)) + 1;
  if (position > queue.capacity) throw refusal("line-full");
  if ((await ticketsOf(ctx, user._id)).length >= mostLines) throw refusal("too-many-lines");
  const timeAt = await timesOf(ctx, queue, now);
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
  const ticket = await ctx.db.get("queuePositions", id);
  if (!ticket) throw new Error("a place that was just taken is not there");
  await emitPlace(ctx, ticket, now);
  await changed(ctx, queue, now);
  return { ticket, isNew: true };
}

/** Gives up every place of somebody who may not be in a line any more, or is gone. */
export async function leaveLines(
  ctx: MutationCtx,
  userId: Id<"users">,
  now: number,
): Promise<void> {
  for (const ticket of await ticketsOf(ctx, userId)) {
    const queue = await queueOf(ctx, ticket.eventId);
    if (queue) await drop(ctx, queue, ticket, userId, now);
  }
}

/**
 * Two users turn out to be one: of two places in one line the better stays, and theirs are all the
 * same person's at once, before the rest of the rows follow.
 */
export async function foldPlaces(
  ctx: MutationCtx,
  gone: Id<"users">,
  kept: Id<"users">,
  now: number,
): Promise<void> {
  for (const ticket of await ticketsOf(ctx, gone)) {
    const mine = await activeTicket(ctx, ticket.eventId, kept);
    await ctx.db.patch("queuePositions", ticket._id, { userId: kept });
    const queue = mine && (await queueOf(ctx, ticket.eventId));
    if (!queue) continue;
    const [better, worse] = isBetter(ticket, mine) ? [ticket, mine] : [mine, ticket];
    await drop(ctx, queue, worse, kept, now);
    // Whoever did not come when called has not got another chance by this.
    const noShows = Math.max(better.noShows, worse.noShows);
    await ctx.db.patch("queuePositions", better._id, { noShows });
  }
}

/** Called before waiting, called first before called later, in front before behind. */
function isBetter(one: Ticket, other: Ticket): boolean {
  if (one.status !== other.status) return one.status === "called";
  return one.status === "called"
    ? (one.calledAt ?? 0) < (other.calledAt ?? 0)
    : one.position < other.position;
}
