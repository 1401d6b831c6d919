import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { invalidateBoards } from "../live/boards.ts";
import { changed } from "./calls.ts";
import { queueOf, entriesOf } from "./line.ts";
import { close, sendHome } from "./settings.ts";

// A line follows its event, and shows its people as they want to be shown.

/**
 * What a change of an event means for its line. One that is over takes nobody in, and those in it
 * are still served; where the event is called off, whoever waits is told that it is for nothing.
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

/** Somebody is called otherwise now, or shown to others: the lines in which they stand show that. */
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
