import { type Infer, v } from "convex/values";
import type { Id } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";

export const queueBoard = v.object({
  view: v.literal("queue"),
  /** The event whose line it is. */
  title: v.string(),
});

/** The line at an event as everybody may see it; null for an event that is gone. */
export async function queueBoardOf(
  ctx: QueryCtx,
  eventId: Id<"events">,
): Promise<Infer<typeof queueBoard> | null> {
  const event = await ctx.db.get("events", eventId);
  return event && { view: "queue", title: event.title };
}
