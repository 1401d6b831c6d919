import type { Message } from "@grammyjs/types";
import { isDeepStrictEqual } from "node:util";
import { reachedChat } from "../chats.ts";
import { writtenParam } from "../entities.ts";
import { markupParam } from "../keyboards.ts";
import { documentParam, mayTakePhotos, photoParam } from "../media.ts";
import { change, present, remove } from "../messages.ts";
import { isRecord, jsonParam, numberParam, type Params, textParam } from "../params.ts";
import { badRequest } from "../refusal.ts";
import type { Kept, World } from "../world.ts";
import type { Methods } from "./index.ts";
import { captionShown } from "./send.ts";

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

// After two days even the bot's own messages stay.
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

function editable(world: World, params: Params): Kept {
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
  kept: Kept,
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
