import { type Infer, v } from "convex/values";
import type { Doc } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";
import { eventCard, toCard } from "../events/eventViews.ts";
import { openEvents } from "../events/openEvents.ts";

// What a board shows: one query per view, the same that answers the command.

/** More do not fit into a message of either platform. */
const mostShown = 60;

export const eventsBoard = v.object({
  view: v.literal("events"),
  /** The organization whose events they are; absent: everybody's. */
  org: v.optional(v.string()),
  events: v.array(eventCard),
  /** There are more than these. */
  hasMore: v.boolean(),
});

export const shownBoard = v.object({ board: v.union(eventsBoard) });
export type ShownBoard = Infer<typeof shownBoard>["board"];

export async function boardViewOf(
  ctx: QueryCtx,
  board: Pick<Doc<"boards">, "view" | "orgId">,
): Promise<ShownBoard> {
  const org = board.orgId && (await ctx.db.get("organizations", board.orgId));
  const events = await openEvents(ctx, { orgId: board.orgId }, mostShown + 1);
  return {
    view: "events",
    ...(org && { org: org.name }),
    events: events.slice(0, mostShown).map(toCard),
    hasMore: events.length > mostShown,
  };
}
