import type { Doc } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";
import { refusal } from "../refusal.ts";

/**
 * The event that an argument means, if it is one that people may see. It stood in a button or was
 * typed, and may be anything.
 */
export async function publishedEvent(
  ctx: Pick<QueryCtx, "db">,
  eventId: string,
): Promise<Doc<"events"> | null> {
  const id = ctx.db.normalizeId("events", eventId);
  const event = id && (await ctx.db.get("events", id));
  return event?.isPublished ? event : null;
}

/** The same; refuses any other. */
export async function eventMeant(
  ctx: Pick<QueryCtx, "db">,
  eventId: string,
): Promise<Doc<"events">> {
  const event = await publishedEvent(ctx, eventId);
  if (!event) throw refusal("no-such-event");
  return event;
}
