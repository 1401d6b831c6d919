import type { Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { markBoards } from "../live/boards.ts";
import { listingsOf } from "./listings.ts";

/** What boards show of an event has changed: everybody's, and those of each calendar that lists it. */
export async function markEvent(
  ctx: MutationCtx,
  eventId: Id<"events">,
  now: number,
): Promise<void> {
  await markBoards(ctx, "events:all", now);
  for (const { orgId } of await listingsOf(ctx, eventId))
    await markBoards(ctx, `events:${orgId}`, now);
}
