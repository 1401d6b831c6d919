import type { Message } from "@grammyjs/types";
import { reachedChat } from "../chats.ts";
import { type Written, writtenParam } from "../entities.ts";
import { markupParam } from "../keyboards.ts";
import { documentParam, mayTakePhotos, photoParam } from "../media.ts";
import { post, present } from "../messages.ts";
import { isRecord, jsonParam, numberParam, type Params, textParam } from "../params.ts";
import { badRequest } from "../refusal.ts";
import type { Kept, World, ChatState } from "../world.ts";
import type { Methods } from "./index.ts";

export const sendMethods: Methods = {
  sendMessage(world, { params }) {
    const written = writtenParam(params, "text", 4096);
    if (!written?.text) return badRequest("message text is empty");
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
export function captionShown(written: Written | undefined): Partial<Message> {
  if (!written?.text) return {};
  const { text: caption, entities } = written;
  return { caption, ...(entities && { caption_entities: entities }) };
}

/** Sends `body` where the request says, in answer to what it says. */
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
  return chat.topics.has(thread) ? thread : badRequest("message thread not found");
}

function repliedTo(chat: ChatState, params: Params): Kept | undefined {
  const given = jsonParam(params, "reply_parameters");
  const reply: Params = isRecord(given) ? given : { message_id: params["reply_to_message_id"] };
  const id = numberParam(reply, "message_id");
  if (id === undefined) return undefined;
  const kept = present(chat, id);
  if (kept || reply["allow_sending_without_reply"] === true) return kept;
  return badRequest("message to be replied not found");
}
