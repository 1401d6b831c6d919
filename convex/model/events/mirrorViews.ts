import { type Infer, v } from "convex/values";
import type { Id } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";

/** What is to become of one scheduled event of a Discord server; times in Unix milliseconds. */
export const mirrorView = v.object({
  guildId: v.string(),
  /** Discord's id of it, where it is known. */
  scheduledEventId: v.optional(v.string()),
  /** It is not known, but an earlier try may have put it there: look before it is put there again. */
  mayBeThere: v.boolean(),
  /** The event's own page, by which ours is recognized. */
  url: v.string(),
  /** Null: it is to go. */
  wanted: v.union(
    v.object({
      title: v.string(),
      description: v.optional(v.string()),
      start: v.number(),
      end: v.number(),
      location: v.optional(v.string()),
    }),
    v.null(),
  ),
});
export type MirrorView = Infer<typeof mirrorView>;
type Verdict = { state: "suppressed" | "cancelled"; reason: string };

/** A mirror as it is to be now, or why nothing is to be done. */
export async function mirrorViewOf(
  ctx: Pick<QueryCtx, "db">,
  mirrorId: Id<"mirrors">,
): Promise<{ do: "mirror"; mirror: MirrorView } | Verdict> {
  const row = await ctx.db.get("mirrors", mirrorId);
  const event = row && (await ctx.db.get("events", row.eventId));
  if (!event) return { state: "cancelled", reason: "the event is over" };
  const { guildId, scheduledEventId, wasTried } = row;
  const at = {
    guildId,
    url: event.lumaUrl,
    mayBeThere: wasTried && scheduledEventId === undefined,
    ...(scheduledEventId !== undefined && { scheduledEventId }),
  };
  if (!row.isWanted) return { do: "mirror", mirror: { ...at, wanted: null } };
  // Its beginning could not be said any more.
  if (event.status !== "upcoming")
    return { state: "suppressed", reason: "it has begun: Discord ends it by itself" };
  const { title, description, startDate: start, endsBy: end, location } = event;
  const wanted = {
    title,
    start,
    end,
    ...(description !== undefined && { description }),
    ...(location !== undefined && { location }),
  };
  return { do: "mirror", mirror: { ...at, wanted } };
}
