import type { Chat as TelegramChat, Message, User } from "grammy/types";
import type { Chat } from "../../shared/commands/command.ts";
import { cleanName } from "../../shared/messages/sanitize.ts";
import type { Request } from "../answer.ts";

/** The chat of a message in neutral words. A topic counts only where messages really lie in one. */
export function chatOf(chat: TelegramChat, message?: Message): Chat {
  const isTopic = message?.is_topic_message === true && message.message_thread_id !== undefined;
  return {
    platform: "telegram",
    id: String(chat.id),
    ...(isTopic && { threadId: String(message.message_thread_id) }),
    kind: chat.type === "private" ? "private" : chat.type === "channel" ? "channel" : "group",
    title: cleanName(chat.title ?? chat.first_name ?? "", 120),
  };
}

export function personOf(user: User): NonNullable<Request["person"]> {
  return {
    id: String(user.id),
    name: cleanName(`${user.first_name} ${user.last_name ?? ""}`, 64),
    ...(user.username !== undefined && { handle: user.username }),
    language: user.language_code,
  };
}

/** The person behind a message: not an anonymous admin or a channel that writes in a group. */
export function authorOf(message: Message): Request["person"] | undefined {
  return message.from && !message.sender_chat ? personOf(message.from) : undefined;
}

/**
 * A command at the beginning of a text: `/events@PlazaBot week`. Null for other words; a command
 * for another bot is `other`.
 */
export function readCommand(
  text: string,
  username: string,
): { name: string; rest: string; isForMe: boolean } | "other" | null {
  const match = /^\/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]+))?(?:\s+|$)/.exec(text);
  if (!match) return null;
  const [whole, name = "", addressee] = match;
  if (addressee && addressee.toLowerCase() !== username.toLowerCase()) return "other";
  return {
    name: name.toLowerCase(),
    rest: text.slice(whole.length),
    isForMe: addressee !== undefined,
  };
}
