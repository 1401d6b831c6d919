import { type Infer, v } from "convex/values";
import type { Doc } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";
import { eventsBoard, eventsBoardOf } from "../events/eventsBoard.ts";
import { impactBoard, impactBoardOf } from "../giving/impactBoard.ts";
import { queueBoard, queueBoardOf } from "../queue/board.ts";

// What a board shows: one query per view, the same that answers the command. A view holds what is
// shown and nothing else: whatever changes it is marked (see `boards.ts`).

export const shownBoard = v.object({ board: v.union(eventsBoard, queueBoard, impactBoard) });
export type ShownBoard = Infer<typeof shownBoard>["board"];

/** Null where there is nothing left to show: its event is gone. */
export async function boardViewOf(
  ctx: QueryCtx,
  { view, orgId, eventId }: Pick<Doc<"boards">, "view" | "orgId" | "eventId">,
): Promise<ShownBoard | null> {
  switch (view) {
    case "events":
      return await eventsBoardOf(ctx, orgId);
    case "queue":
      return eventId ? await queueBoardOf(ctx, eventId) : null;
    case "impact":
      return await impactBoardOf(ctx);
  }
}
