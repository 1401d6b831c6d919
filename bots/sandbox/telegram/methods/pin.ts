import { botShown, chatShown, reachedChat } from "../chats.ts";
import { present } from "../messages.ts";
import { numberParam } from "../params.ts";
import { badRequest } from "../refusal.ts";
import type { Methods } from "./index.ts";

export const pinMethods: Methods = {
  pinChatMessage(world, { params }) {
    const chat = reachedChat(world, params);
    const kept = present(chat, numberParam(params, "message_id"));
    if (!kept) return badRequest("message to pin not found");
    const { message_id: id } = kept.message;
    if (chat.pinned.has(id)) return true;
    chat.pinned.add(id);
    const service = {
      message_id: chat.nextMessageId++,
      date: Math.floor(world.now() / 1000),
      pinned_message: kept.message,
    };
    const shown = chatShown(chat);
    if (shown.type === "channel") {
      world.updates.push({ channel_post: { ...service, chat: shown, sender_chat: shown } });
    } else {
      world.updates.push({ message: { ...service, chat: shown, from: botShown(world) } });
    }
    world.changed();
    return true;
  },
  unpinChatMessage(world, { params }) {
    const chat = reachedChat(world, params);
    const id = numberParam(params, "message_id") ?? [...chat.pinned].at(-1);
    // Nothing is pinned, so there is nothing to undo.
    if (id === undefined) return true;
    if (!present(chat, id)) return badRequest("message to unpin not found");
    chat.pinned.delete(id);
    world.changed();
    return true;
  },
  unpinAllChatMessages(world, { params }) {
    reachedChat(world, params).pinned.clear();
    world.changed();
    return true;
  },
};
