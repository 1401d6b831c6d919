import type { Message } from "@grammyjs/types";
import { isDeepStrictEqual } from "node:util";
import { reachedChat } from "../chats.ts";
import { type Written, writtenParam } from "../entities.ts";
import { markupParam } from "../keyboards.ts";
import { documentParam, mayTakePhotos, photoParam } from "../files.ts";
import { change, post, present, remove } from "../messages.ts";
import { badRequest, isRecord, jsonParam, numberParam, type Params, textParam } from "../params.ts";
import type { ChatState, Methods, StoredMessage, World } from "../world.ts";

export const sendMethods: Methods = {
  sendMessage(world, { params }) {
    const written = writtenParam(params, "text", 4096);
    if (!written?.text) return badRequest("message text is empty");
    if (reachedChat(world, params).takesNoText)
      return badRequest("not enough rights to send text messages to the chat");
    return sent(world, params, written);
  },
  sendPhoto(world, { params, uploads }) {
    const caption = writtenParam(params, "caption", 1024);
    mayTakePhotos(reachedChat(world, params));
    const media = photoParam(world, params["photo"], uploads, "photo");
    return sent(world, params, { ...media, ...captionShown(caption) });
  },
  sendDocument(world, { params, uploads }) {
    const caption = writtenParam(params, "caption", 1024);
    if (reachedChat(world, params).takesNoDocuments)
      return badRequest("not enough rights to send documents to the chat");
    const media = documentParam(world, params["document"], uploads, "document");
    return sent(world, params, { ...media, ...captionShown(caption) });
  },
  sendChatAction(world, { params }) {
    const action = textParam(params, "action") ?? "";
    if (!ACTIONS.has(action)) return badRequest("wrong parameter action in request");
    const chat = reachedChat(world, params);
    chat.typing = { until: world.now() + TYPING_MS, thread: threadOf(chat, params) };
    world.changed();
    return true;
  },
};

// A client shows the action until a message comes, or this long.
const TYPING_MS = 5_000;

const ACTIONS = new Set(
  (
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document " +
    "choose_sticker find_location record_video_note upload_video_note"
  ).split(" "),
);

/** A caption under the names a message has for it. */
function captionShown(written: Written | undefined): Partial<Message> {
  if (!written?.text) return {};
  const { text: caption, entities } = written;
  return { caption, ...(entities && { caption_entities: entities }) };
}

/** Sends `body` to the chat, thread and replied message that the parameters name. */
function sent(world: World, params: Params, body: Partial<Message>): Message {
  const { inline, forceReply } = markupParam(params);
  const chat = reachedChat(world, params);
  const thread = threadOf(chat, params);
  const replyTo = repliedTo(chat, params);
  world.rates.spend(chat);
  const kept = post(world, chat, {
    body: { ...body, ...(inline && { reply_markup: inline }) },
    thread,
    replyTo,
  });
  if (forceReply) {
    const from = forceReply.selective ? replyTo?.message.from?.id : undefined;
    chat.forceReply = { to: kept, from, given: new Set() };
  }
  return kept.message;
}

function threadOf(chat: ChatState, params: Params): number | undefined {
  const thread = numberParam(params, "message_thread_id");
  if (thread === undefined || thread === 0) return undefined;
  if (chat.deletedTopics.has(thread)) return badRequest("TOPIC_DELETED");
  if (chat.closedTopics.has(thread)) return badRequest("TOPIC_CLOSED");
  return chat.topics.has(thread) ? thread : badRequest("message thread not found");
}

function repliedTo(chat: ChatState, params: Params): StoredMessage | undefined {
  const given = jsonParam(params, "reply_parameters");
  const reply: Params = isRecord(given) ? given : { message_id: params["reply_to_message_id"] };
  const id = numberParam(reply, "message_id");
  if (id === undefined) return undefined;
  const kept = present(chat, id);
  if (kept || reply["allow_sending_without_reply"] === true) return kept;
  return badRequest("message to be replied not found");
}

export const editMethods: Methods = {
  editMessageText(world, { params }) {
    const written = writtenParam(params, "text", 4096);
    if (!written?.text) return badRequest("message text is empty");
    const kept = editable(world, params);
    if (kept.message.text === undefined) {
      return badRequest("there is no text in the message to edit");
    }
    return edited(world, kept, params, without(kept.message, ["text", "entities"]), written);
  },
  editMessageCaption(world, { params }) {
    const caption = writtenParam(params, "caption", 1024);
    const kept = editable(world, params);
    if (kept.message.text !== undefined) {
      return badRequest("there is no caption in the message to edit");
    }
    const bare = without(kept.message, ["caption", "caption_entities"]);
    return edited(world, kept, params, bare, captionShown(caption));
  },
  editMessageReplyMarkup: (world, { params }) => {
    const kept = editable(world, params);
    return edited(world, kept, params, kept.message, {});
  },
  editMessageMedia(world, { params, uploads }) {
    const media = jsonParam(params, "media");
    if (!isRecord(media)) return badRequest("can't parse media JSON object");
    const read = MEDIA[textParam(media, "type") ?? ""];
    if (!read) return badRequest("type of InputMedia is not supported here");
    const caption = writtenParam(media, "caption", 1024);
    const kept = editable(world, params);
    if (read === photoParam) mayTakePhotos(kept.chat);
    const body = read(world, media["media"], uploads, "media");
    const bare = without(kept.message, [...WRITING, "photo", "document"]);
    return edited(world, kept, params, bare, { ...body, ...captionShown(caption) });
  },
};

const MEDIA: Partial<Record<string, typeof photoParam>> = {
  photo: photoParam,
  document: documentParam,
};
const WRITING = ["text", "entities", "caption", "caption_entities"] as const;

// Messages older than 48 hours cannot be deleted. See
// https://core.telegram.org/bots/api#deletemessage.
const DELETABLE_MS = 48 * 60 * 60 * 1000;

export const deleteMethods: Methods = {
  deleteMessage(world, { params }) {
    const chat = reachedChat(world, params);
    const id = numberParam(params, "message_id");
    if (id === undefined) return badRequest("message identifier is not specified");
    const kept = present(chat, id);
    if (!kept) return badRequest("message to delete not found");
    if (world.now() - kept.at > DELETABLE_MS) return badRequest("message can't be deleted");
    remove(world, kept);
    return true;
  },
};

function editable(world: World, params: Params): StoredMessage {
  const chat = reachedChat(world, params);
  const id = numberParam(params, "message_id");
  if (id === undefined) return badRequest("message identifier is not specified");
  const kept = present(chat, id);
  if (!kept) return badRequest("message to edit not found");
  if (kept.from !== "plaza") return badRequest("message can't be edited");
  return kept;
}

/** Every edit replaces the buttons as well, or takes them away. */
function edited(
  world: World,
  kept: StoredMessage,
  params: Params,
  bare: Message,
  body: Partial<Message>,
): Message {
  const { inline } = markupParam(params);
  const next: Message = {
    ...without(bare, ["reply_markup"]),
    ...body,
    ...(inline && { reply_markup: inline }),
  };
  if (isDeepStrictEqual(next, kept.message)) {
    return badRequest(
      "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message",
    );
  }
  world.rates.spend(kept.chat);
  return change(world, kept, next);
}

function without(message: Message, fields: readonly (keyof Message)[]): Message {
  const rest = { ...message };
  for (const field of fields) delete rest[field];
  return rest;
}
