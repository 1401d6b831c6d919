import type { Platform } from "../../../shared/identity.ts";
import type { Doc } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";

/** Where a bot can post: a chat, and in it perhaps a topic or thread. */
export type Where = { platform: Platform; chatId: string; threadId?: string | undefined };

/** The reason of a channel that an admin has switched off. */
export const offByAdmin = "admin";

export async function channelAt(ctx: QueryCtx, where: Where): Promise<Doc<"channels"> | null> {
  return await ctx.db
    .query("channels")
    .withIndex("by_platform_and_chat_and_thread", (q) =>
      q.eq("platform", where.platform).eq("chatId", where.chatId).eq("threadId", where.threadId),
    )
    .first();
}
