import { botShown, chatOf, chatShown, privateChat, reachedChat } from "../chats.ts";
import { botMember, membershipChanged, memberShown } from "../members.ts";
import { present } from "../messages.ts";
import { badRequest, numberParam, type Params, textParam } from "../params.ts";
import type { Methods, World } from "../world.ts";

export const chatMethods: Methods = {
  getChat(world, { params }) {
    const chat = chatOf(world, params);
    if (chat.type !== "private") reachedChat(world, params);
    const pinned = present(chat, [...chat.pinned].at(-1));
    return {
      ...chatShown(chat),
      accent_color_id: 0,
      max_reaction_count: 11,
      accepted_gift_types: {
        unlimited_gifts: false,
        limited_gifts: false,
        unique_gifts: false,
        premium_subscription: false,
        gifts_from_channels: false,
      },
      ...(pinned && { pinned_message: pinned.message }),
    };
  },
  getChatMember(world, { params }) {
    const chat = reachedChat(world, params);
    const id = numberParam(params, "user_id");
    if (id === undefined) return badRequest("invalid user_id specified");
    if (id === world.bot.id) return botMember(world, chat);
    const person = world.personById.get(id);
    if (!person) return badRequest("PARTICIPANT_ID_INVALID");
    return memberShown(world, chat, person);
  },
  getChatAdministrators(world, { params }) {
    const chat = reachedChat(world, params);
    if (chat.type === "private") {
      return badRequest("there are no administrators in the private chat");
    }
    const admins = world.people
      .map((person) => memberShown(world, chat, person))
      .filter(({ status }) => status === "creator" || status === "administrator");
    // Telegram leaves out all bots but the one that asks.
    return [...admins, botMember(world, chat)];
  },
  getChatMemberCount(world, { params }) {
    const chat = reachedChat(world, params);
    return chat.type === "private" ? 2 : world.people.length - chat.outsiders.size + 1;
  },
  leaveChat(world, { params }) {
    const chat = reachedChat(world, params);
    if (chat.type === "private")
      return badRequest("chat member status can't be changed in private chats");
    chat.bot = "left";
    world.changed();
    return true;
  },
  getFile(world, { params }) {
    const file = world.shelf.get(textParam(params, "file_id") ?? "");
    if (!file) return badRequest("invalid file_id");
    if (file.size > MAX_DOWNLOAD_BYTES) return badRequest("file is too big");
    return {
      file_id: file.id,
      file_unique_id: file.uniqueId,
      file_size: file.size,
      ...(file.bytes && { file_path: file.path }),
    };
  },
};

// A bot may send more than it may fetch.
const MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024;

export const pinMethods: Methods = {
  pinChatMessage(world, { params }) {
    const chat = reachedChat(world, params);
    const kept = present(chat, numberParam(params, "message_id"));
    if (!kept) return badRequest("message to pin not found");
    if (chat.pinsNothing)
      return badRequest("not enough rights to manage pinned messages in the chat");
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

export const joinMethods: Methods = {
  approveChatJoinRequest: (world, { params }) => answerRequest(world, params, true),
  declineChatJoinRequest: (world, { params }) => answerRequest(world, params, false),
};

function answerRequest(world: World, params: Params, welcome: boolean): true {
  const chat = reachedChat(world, params);
  const person = world.personById.get(numberParam(params, "user_id") ?? 0);
  if (!person) return badRequest("USER_ID_INVALID");
  if (!chat.asking.delete(person.telegramId)) {
    const member = !chat.outsiders.has(person.telegramId);
    return badRequest(member && welcome ? "USER_ALREADY_PARTICIPANT" : "HIDE_REQUESTER_MISSING");
  }
  // The five minutes in which the bot may write end with its decision.
  privateChat(world, person).mayWriteUntil = 0;
  if (welcome) membershipChanged(world, chat, person);
  world.waiting.touched(chat);
  world.changed();
  return true;
}
