import type { Bot } from "grammy";
import type { Update } from "grammy/types";
import type { Clock } from "../clock.ts";
import { errorKind, type Log } from "../log.ts";

const pollSeconds = 25;
const maxPauseMs = 30_000;

// The kinds we act on; Telegram leaves some out unless asked for by name.
const kinds = [
  "message",
  "channel_post",
  "callback_query",
  "my_chat_member",
  "chat_join_request",
] as const;

/**
 * Reads updates until `signal` aborts: each batch is handled before the next one is asked for, which
 * is what confirms it. So a killed process handles its last batch again and loses none. Chats are
 * handled side by side, one chat's updates in their order. grammY's own loop is one after another,
 * its runner confirms before handling.
 */
export async function pollUpdates(
  bot: Bot,
  {
    clock,
    log,
    signal,
    onReady,
  }: { clock: Clock; log: Log; signal: AbortSignal; onReady: () => void },
): Promise<void> {
  let offset = 0;
  let failures = 0;
  // The first look comes back at once: only then is it known that Telegram answers.
  let isConnected = false;
  while (!signal.aborted) {
    try {
      const updates = await bot.api.getUpdates(
        { offset, limit: 100, timeout: isConnected ? pollSeconds : 0, allowed_updates: kinds },
        // grammY's type is an older polyfill's; the signal is the platform's own.
        signal as Parameters<typeof bot.api.getUpdates>[1],
      );
      failures = 0;
      isConnected = true;
      onReady();
      await Promise.all(perChat(updates).map(async (several) => await inOrder(bot, several)));
      offset = (updates.at(-1)?.update_id ?? offset - 1) + 1;
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      isConnected = false;
      log.warn(errorKind(error), "Telegram did not answer");
      await clock.sleep(Math.min(250 * 2 ** failures, maxPauseMs), signal);
    }
  }
}

function perChat(updates: Update[]): Update[][] {
  const chats = new Map<number, Update[]>();
  for (const update of updates) {
    const { message, channel_post, callback_query, my_chat_member, chat_join_request } = update;
    const about = message ?? channel_post ?? callback_query?.message ?? my_chat_member;
    // A join request is answered in the applicant's private chat. What belongs to no chat depends
    // on nothing.
    const chat = chat_join_request?.user_chat_id ?? about?.chat.id ?? update.update_id;
    const several = chats.get(chat);
    if (several) several.push(update);
    else chats.set(chat, [update]);
  }
  return [...chats.values()];
}

async function inOrder(bot: Bot, updates: Update[]): Promise<void> {
  for (const update of updates) await bot.handleUpdate(update);
}
