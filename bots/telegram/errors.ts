import { GrammyError, HttpError } from "grammy";
import type { Ended } from "../outbox.ts";

// What Telegram's refusals mean. Its descriptions are those of the Bot API server
// (https://github.com/tdlib/telegram-bot-api) and, in capitals, of the server behind it.

/** Nothing can be written there any more, or not by this bot, until somebody changes that. */
const goneReasons = [
  "chat not found",
  "PEER_ID_INVALID",
  "user is deactivated",
  "INPUT_USER_DEACTIVATED",
  "USER_IS_BLOCKED",
  "group chat was deactivated",
  "group chat was deleted",
  "bot is not a member",
  "bot was kicked",
  "need administrator rights",
  "CHAT_ADMIN_REQUIRED",
  "not enough rights",
  "have no rights",
  "CHAT_WRITE_FORBIDDEN",
  "CHAT_SEND_PLAIN_FORBIDDEN",
  "CHAT_RESTRICTED",
  "CHANNEL_PRIVATE",
  "TOPIC_CLOSED",
  "TOPIC_DELETED",
  "TOPIC_ID_INVALID",
  "message thread not found",
];

const messageGone =
  /message to edit not found|message can't be edited|MESSAGE_ID_INVALID|MESSAGE_EDIT_TIME_EXPIRED/;

/** How long nothing is sent after Telegram refused the token: an admin has to give a new one. */
const unauthorizedMs = 60_000;

/**
 * What an error of grammY means for the queue. A GrammyError is Telegram's own no; with a 5xx it
 * may have been taken all the same. An HttpError means that we never heard back.
 */
export function outcomeOf(error: unknown): Ended {
  if (error instanceof HttpError) return { kind: "ambiguous", reason: "no answer from Telegram" };
  if (!(error instanceof GrammyError)) return { kind: "refused", reason: "could not be rendered" };
  const { error_code: code, description, parameters } = error;
  if (code === 429) return { kind: "later", retryAfterMs: (parameters.retry_after ?? 5) * 1000 };
  if (code >= 500) return { kind: "ambiguous", reason: `Telegram ${code}` };
  // A token that was revoked: nothing of the delivery's own.
  if (code === 401 || code === 404)
    return { kind: "later", retryAfterMs: unauthorizedMs, isForAll: true };
  if (parameters.migrate_to_chat_id !== undefined)
    return { kind: "migrated", chatId: String(parameters.migrate_to_chat_id) };
  if (messageGone.test(description)) return { kind: "message-gone" };
  // They are in already, took it back, or another admin was faster.
  if (/HIDE_REQUESTER_MISSING|USER_ALREADY_PARTICIPANT/.test(description))
    return { kind: "not-there", reason: "the request is no longer open" };
  if (code === 403 || goneReasons.some((reason) => description.includes(reason)))
    return { kind: "channel-gone", reason: description };
  return { kind: "refused", reason: description };
}

/** Whether Telegram's description has these words. */
export function says(error: unknown, words: string | RegExp): boolean {
  if (!(error instanceof GrammyError)) return false;
  const { description } = error;
  return typeof words === "string" ? description.includes(words) : words.test(description);
}

/** A chat that takes words but no photos, or a photo that Telegram does not like. */
export function isPhotoRefused(error: unknown): boolean {
  return says(error, /photo|image|media/i);
}

/** A chat that takes words but no files. */
export function isFileRefused(error: unknown): boolean {
  return says(error, /documents|DOCS_FORBIDDEN|MEDIA_FORBIDDEN|send media/);
}
