import type { Doc } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";

type Names = {
  lumaEventId?: string | undefined;
  lumaSlug?: string | undefined;
  lumaUrl?: string | undefined;
};

/**
 * The event a source means: by its `evt-` id; by slug, then by address, only where one of the two
 * sides has no id. A slug that now belongs to an event with another id is another event.
 */
export async function findEvent(ctx: QueryCtx, names: Names): Promise<Doc<"events"> | null> {
  const { lumaEventId, lumaSlug, lumaUrl } = names;
  const isSame = (event: Doc<"events">) =>
    !lumaEventId || !event.lumaEventId || event.lumaEventId === lumaEventId;
  if (lumaEventId) {
    const byId = await ctx.db
      .query("events")
      .withIndex("by_luma_id", (q) => q.eq("lumaEventId", lumaEventId))
      .first();
    if (byId) return byId;
  }
  if (lumaSlug) {
    const bySlug = await ctx.db
      .query("events")
      .withIndex("by_luma_slug", (q) => q.eq("lumaSlug", lumaSlug))
      .order("desc")
      .take(5);
    const match = bySlug.find(isSame);
    if (match) return match;
  }
  if (!lumaUrl) return null;
  const byUrl = await ctx.db
    .query("events")
    .withIndex("by_luma_url", (q) => q.eq("lumaUrl", lumaUrl))
    .order("desc")
    .take(5);
  return byUrl.find(isSame) ?? null;
}
