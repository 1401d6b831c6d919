import { Api, GrammyError, HttpError, InputFile } from "grammy";
import { type Claimed, saidMessage } from "../../shared/messages/claimed.ts";
import type { Answer } from "../answer.ts";
import type { Log } from "../log.ts";
import type { Outcome, Sender } from "../outbox.ts";
import { hashOf } from "../rendered.ts";
import { illustrated, withoutPicture } from "../pictures/illustrate.ts";
import { editMessage, isPhotoRefused } from "./edit.ts";
import { leanFetch } from "./fetch.ts";
import { renderTelegram } from "./render.ts";

/** Where an answer goes: a chat, and in it perhaps a topic. */
export type Target = { chatId: string; threadId?: string | undefined };

/**
 * Sends a message, as a document where it carries a file, as a photo where it has a picture. Gives
 * Telegram's message id.
 */
export async function sendMessage(
  api: Api,
  { chatId, threadId }: Target,
  { message, reader, drawn }: Answer,
): Promise<number> {
  const { text, entities, link_preview_options, reply_markup } = renderTelegram(message, reader);
  const also = {
    ...(threadId !== undefined && { message_thread_id: Number(threadId) }),
    ...(reply_markup && { reply_markup }),
  };
  const captioned = { ...also, caption: text, caption_entities: entities };
  if (drawn) {
    const photo = new InputFile(drawn.png, drawn.name);
    try {
      return (await api.sendPhoto(chatId, photo, captioned)).message_id;
    } catch (error) {
      if (!isPhotoRefused(error)) throw error;
      const answer = { message: withoutPicture(message), reader };
      return await sendMessage(api, { chatId, threadId }, answer);
    }
  }
  if (!message.file) {
    const options = { ...also, entities, link_preview_options };
    return (await api.sendMessage(chatId, text, options)).message_id;
  }
  const file = new InputFile(Buffer.from(message.file.content), message.file.name);
  return (await api.sendDocument(chatId, file, captioned)).message_id;
}

/**
 * Telegram's sender for the ledger. Its own Api object, without any retry of the library's: what is
 * ambiguous is the ledger's to decide. 30 messages a second are allowed; answers need some of them.
 */
export function createTelegramSender(token: string, apiRoot: string | undefined, log: Log): Sender {
  const api = new Api(token, { ...(apiRoot && { apiRoot }), timeoutSeconds: 10, fetch: leanFetch });
  return {
    atOnce: 1,
    perSecond: 27,
    async send(claimed) {
      try {
        return await deliver(api, claimed, log);
      } catch (error) {
        return outcomeOf(error);
      }
    },
  };
}

async function deliver(api: Api, claimed: Claimed, log: Log): Promise<Outcome> {
  const { to, about, messageId } = claimed;
  if (about.do === "admit") return { kind: "sent", messageId: await admit(api, to.chatId, about) };
  if (about.do === "role") throw new Error("Telegram has no roles");
  if (about.do === "mirror") throw new Error("Telegram has no scheduled events");
  const reader = { locale: to.locale, timezone: to.timezone };
  const said = { ...(await illustrated(saidMessage(about, reader), reader, log)), reader };
  const hash =
    about.do === "board"
      ? hashOf([renderTelegram(said.message, reader), said.message.picture])
      : undefined;
  if (hash !== undefined && hash === claimed.shownHash) return { kind: "unchanged" };
  const kept = hash === undefined ? {} : { hash };
  if (messageId !== undefined) {
    const id = Number(messageId);
    await editMessage(api, { chatId: to.chatId, messageId: id }, said);
    if (about.do === "retire") await api.unpinChatMessage(to.chatId, id).catch(() => undefined);
    return { kind: "sent", messageId, ...kept };
  }
  const sent = await sendMessage(api, to, said);
  // Where the bot may not pin, the board stands where it is.
  if (about.do === "board")
    await api
      .pinChatMessage(to.chatId, sent, { disable_notification: true })
      .catch(() => undefined);
  return { kind: "sent", messageId: String(sent), ...kept };
}

/** Answers somebody's request to be let into a chat; Telegram gives no id for that. */
async function admit(
  api: Api,
  personId: string,
  { chatId, isApproved }: { chatId: string; isApproved: boolean },
): Promise<string> {
  const person = Number(personId);
  if (isApproved) await api.approveChatJoinRequest(chatId, person);
  else await api.declineChatJoinRequest(chatId, person);
  return "";
}

const goneReasons = [
  "chat not found",
  "PEER_ID_INVALID",
  "user is deactivated",
  "group chat was deactivated",
  "need administrator rights",
  "not enough rights",
  "have no rights",
  "CHAT_WRITE_FORBIDDEN",
  "TOPIC_CLOSED",
  "message thread not found",
];

/**
 * What an error of grammY means for the ledger. A GrammyError is Telegram's own no; with a 5xx it
 * may have been taken all the same. An HttpError means that we never heard back.
 */
export function outcomeOf(error: unknown): Outcome {
  if (error instanceof HttpError) return { kind: "unheard", reason: "no answer from Telegram" };
  if (!(error instanceof GrammyError)) return { kind: "refused", reason: "could not be rendered" };
  const { error_code: code, description, parameters } = error;
  if (code === 429) return { kind: "later", retryAfterMs: (parameters.retry_after ?? 5) * 1000 };
  if (code >= 500) return { kind: "unheard", reason: `Telegram ${code}` };
  if (parameters.migrate_to_chat_id !== undefined)
    return { kind: "migrated", chatId: String(parameters.migrate_to_chat_id) };
  if (/message to edit not found|message can't be edited|MESSAGE_ID_INVALID/.test(description))
    return { kind: "message-gone" };
  // They are in already, took it back, or another admin was faster.
  if (/HIDE_REQUESTER_MISSING|USER_ALREADY_PARTICIPANT/.test(description))
    return { kind: "not-there", reason: "the request is no longer open" };
  if (code === 403 || goneReasons.some((reason) => description.includes(reason)))
    return { kind: "channel-gone", reason: description };
  return { kind: "refused", reason: description };
}
