import type { Platform } from "../../../shared/identity.ts";
import type { Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { channelAt, offByAdmin } from "./channels.ts";
import { repostBoards, boardsOf, retireMessage, switchBoardOff } from "./boards.ts";
import { cancelAll } from "../deliveries/queue.ts";

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
