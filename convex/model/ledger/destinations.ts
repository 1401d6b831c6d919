import type { Doc } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";

/** The channel that a delivery goes to: its own, or the one in which its board stands. */
export async function channelOf(
  ctx: Pick<QueryCtx, "db">,
  { destination }: Pick<Doc<"deliveries">, "destination">,
): Promise<Doc<"channels"> | null> {
  const boardId = ctx.db.normalizeId("boards", destination);
  const board = boardId && (await ctx.db.get("boards", boardId));
  const id = boardId ? board?.channelId : ctx.db.normalizeId("channels", destination);
  return id ? await ctx.db.get("channels", id) : null;
}
