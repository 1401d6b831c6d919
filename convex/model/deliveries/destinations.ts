import type { Platform } from "../../../shared/identity.ts";
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

/**
 * The chat whose pace a delivery keeps to, where it has one: that in which a board stands; for
 * scheduled events their server.
 */
export async function pacedChatOf(
  ctx: Pick<QueryCtx, "db">,
  delivery: Pick<Doc<"deliveries">, "destination" | "work">,
): Promise<{ platform: Platform; chatId: string } | null> {
  const { work } = delivery;
  if (work.do === "board") return await channelOf(ctx, delivery);
  const mirror = work.do === "mirror" ? await ctx.db.get("mirrors", work.mirrorId) : null;
  return mirror && { platform: "discord", chatId: mirror.guildId };
}
