import { Api, InputFile } from "grammy";
import { type ActionKind, isMessage, renderDelivery } from "../../shared/messages/deliveries.ts";
import type { LeasedDelivery, PayloadOf } from "../../shared/messages/leased.ts";
import type { Message, Reader } from "../../shared/messages/message.ts";
import { texts } from "../../shared/texts/index.ts";
import type { Answer } from "../answer.ts";
import type { Log } from "../log.ts";
import type { Outcome, Sender } from "../outbox.ts";
import { hashOf, illustrated, withoutPicture } from "../pictures/illustrate.ts";
import { editMessage } from "./edit.ts";
import { isFileRefused, isPhotoRefused, outcomeOf } from "./errors.ts";
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
  try {
    return (await api.sendDocument(chatId, file, captioned)).message_id;
  } catch (error) {
    if (!isFileRefused(error)) throw error;
    const answer = { message: withoutFile(message, reader), reader };
    return await sendMessage(api, { chatId, threadId }, answer);
  }
}

/** The words of a message whose file the chat does not take, and where the file can be had. */
function withoutFile(message: Message, { locale }: Reader): Message {
  const words = { ...message };
  delete words.file;
  return { ...words, footer: [...(words.footer ?? []), [texts(locale)("file.refused")]] };
}

/** Shows "typing" in a chat, in the topic where there is one. */
export async function sendTyping(api: Api, { chatId, threadId }: Target): Promise<void> {
  const topic = threadId === undefined ? {} : { message_thread_id: Number(threadId) };
  // It is a courtesy: where it cannot be shown, the answer says why.
  await api.sendChatAction(chatId, "typing", topic).catch(() => undefined);
}

/**
 * Telegram's sender for the delivery queue. Its own Api object, without any retry of the library's:
 * the queue decides about ambiguous tries. 30 messages a second are allowed; replies need some.
 */
export function createTelegramSender(token: string, apiRoot: string | undefined, log: Log): Sender {
  const api = new Api(token, { ...(apiRoot && { apiRoot }), timeoutSeconds: 10, fetch: leanFetch });
  return {
    atOnce: 8,
    perSecond: 27,
    // Telegram has no key by which it knows a repeated message.
    isRepeatable: ({ payload, messageId }) => !isMessage(payload) || messageId !== undefined,
    async send(leased) {
      try {
        return await deliver(api, leased, log);
      } catch (error) {
        return outcomeOf(error);
      }
    },
  };
}

async function deliver(api: Api, leased: LeasedDelivery, log: Log): Promise<Outcome> {
  const { to, payload } = leased;
  if (!isMessage(payload)) return await act(api, to.chatId, payload);
  const reader = { locale: to.locale, timezone: to.timezone };
  const { message: worded, isSynced, pin } = renderDelivery(payload, reader);
  const answer = { ...(await illustrated(worded, reader, log)), reader };
  const { message } = answer;
  const fingerprint = isSynced ? hashOf([renderTelegram(message, reader), message.picture]) : null;
  if (fingerprint !== null && fingerprint === leased.fingerprint) return { kind: "unchanged" };
  const messageId = await put(api, leased, answer, pin);
  return { kind: "sent", messageId, ...(fingerprint !== null && { fingerprint }) };
}

/** Posts or edits the message; gives its id. */
async function put(
  api: Api,
  { to, messageId }: LeasedDelivery,
  answer: Answer,
  pin: "pinned" | "unpinned" | undefined,
): Promise<string> {
  if (messageId !== undefined) {
    const id = Number(messageId);
    await editMessage(api, { chatId: to.chatId, messageId: id }, answer);
    if (pin === "unpinned") await api.unpinChatMessage(to.chatId, id).catch(() => undefined);
    return messageId;
  }
  const sent = await sendMessage(api, to, answer);
  // Without the right to pin, the message is still posted.
  if (pin === "pinned")
    await api
      .pinChatMessage(to.chatId, sent, { disable_notification: true })
      .catch(() => undefined);
  return String(sent);
}

/** What Telegram does for deliveries that are no messages. */
const actions = {
  async admit(api, personId, { chatId, isApproved }) {
    const person = Number(personId);
    if (isApproved) await api.approveChatJoinRequest(chatId, person);
    else await api.declineChatJoinRequest(chatId, person);
  },
  role: async () => await Promise.reject(new Error("Telegram has no roles")),
  scheduledEvent: async () => await Promise.reject(new Error("Telegram has no scheduled events")),
} satisfies {
  [Kind in ActionKind]: (api: Api, chatId: string, payload: PayloadOf<Kind>) => Promise<void>;
};

async function act(api: Api, chatId: string, payload: PayloadOf<ActionKind>): Promise<Outcome> {
  // One shape stands for all: the map's type has checked each action against its payload.
  const action: (api: Api, chatId: string, payload: never) => Promise<void> = actions[payload.kind];
  await action(api, chatId, payload as never);
  return { kind: "sent", messageId: "" };
}
