import { chatOf, chatShown, reachedChat } from "../chats.ts";
import { botMember, memberShown } from "../members.ts";
import { present } from "../messages.ts";
import { numberParam, textParam } from "../params.ts";
import { badRequest } from "../refusal.ts";
import type { Methods } from "./index.ts";

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
    if (file.size > MOST_DOWNLOADED) return badRequest("file is too big");
    return {
      file_id: file.id,
      file_unique_id: file.uniqueId,
      file_size: file.size,
      ...(file.bytes && { file_path: file.path }),
    };
  },
};

// A bot may send more than it may fetch.
const MOST_DOWNLOADED = 20 * 1024 * 1024;
