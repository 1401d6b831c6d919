import type { Platform } from "../../../shared/identity.ts";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { boardsOf, repostBoards, retireMessage, switchBoardOff } from "./boards.ts";
import { cancelAll } from "../deliveries/queue.ts";

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

// A chat has a new id, or is gone: its channels, their boards and their deliveries follow.

/**
 * A chat got a new id: every row of it (its threads too) follows in this one mutation. One that is
 * subscribed under the new id already goes off, or the chat would get everything twice.
 */
export async function moveChat(
  ctx: MutationCtx,
  from: { platform: Platform; chatId: string },
  chatId: string,
  now: number,
): Promise<void> {
  if (from.chatId === chatId) return;
  const { platform } = from;
  const rows = await ctx.db
    .query("channels")
    .withIndex("by_platform_and_chat_and_thread", (q) =>
      q.eq("platform", platform).eq("chatId", from.chatId),
    )
    .take(100);
  for (const row of rows) {
    if (await channelAt(ctx, { platform, chatId, threadId: row.threadId }))
      await switchOff(ctx, row._id, "the chat has a new id", now);
    else {
      await ctx.db.patch("channels", row._id, { chatId, changedAt: now });
      if (row.isOn) await repostBoards(ctx, row._id, now);
    }
  }
}

/** Switches a channel off, with the reason; its open deliveries are cancelled. */
export async function switchOff(
  ctx: MutationCtx,
  channelId: Id<"channels">,
  offReason: string,
  now: number,
): Promise<void> {
  await ctx.db.patch("channels", channelId, {
    isOn: false,
    offReason,
    nextAgendaAt: undefined,
    changedAt: now,
  });
  await cancelAll(ctx, channelId, offReason);
  for (const board of await boardsOf(ctx, channelId))
    if (board.isOn) {
      await switchBoardOff(ctx, board._id, offReason);
      // Where the bot was thrown out it can say nothing.
      if (offReason === offByAdmin) await retireMessage(ctx, board, now);
    }
}

const maxReasonLength = 200;

/** The bot is no longer in a chat: its channels there go off, with the reason. */
export async function switchOffChat(
  ctx: MutationCtx,
  { platform, chatId }: Pick<Where, "platform" | "chatId">,
  reason: string,
  now: number,
): Promise<void> {
  const rows = await ctx.db
    .query("channels")
    .withIndex("by_platform_and_chat_and_thread", (q) =>
      q.eq("platform", platform).eq("chatId", chatId),
    )
    .take(100);
  for (const { _id, isOn } of rows)
    if (isOn) await switchOff(ctx, _id, reason.slice(0, maxReasonLength), now);
}
