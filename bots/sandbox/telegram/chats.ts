import type { Chat, User } from "@grammyjs/types";
import type { Person, Place } from "../contract.ts";
import { badRequest, forbidden, numberParam, type Params, textParam } from "./params.ts";
import type { World, ChatState } from "./world.ts";

/** A place as a chat, with the thread of a topic. */
export type Spot = { chat: ChatState; thread?: number };

type Fresh = Pick<ChatState, "id" | "type" | "key" | "title"> & { person?: Person };

export function freshChat({ firstMessageId }: World, fresh: Fresh): ChatState {
  return {
    ...fresh,
    forum: false,
    topics: new Map(),
    closedTopics: new Set(),
    deletedTopics: new Set(),
    bot: "in",
    started: false,
    mayWriteUntil: 0,
    outsiders: new Set(),
    asking: new Set(),
    nextMessageId: firstMessageId,
    oldestMessageId: firstMessageId,
    messages: new Map(),
    pinned: new Set(),
  };
}

/** Opens a place: its chat, or for a topic its thread in the group it belongs to. */
export function openPlace(world: World, place: Place): void {
  if (world.places.some((known) => known.key === place.key)) {
    throw new Error(`There is a place named "${place.key}" already`);
  }
  world.places.push(place);
  if (place.kind === "dm") return;
  const id = Number(place.id);
  if (!Number.isSafeInteger(id)) throw new Error(`Place "${place.key}" needs a numeric id`);
  if (place.parent === undefined) {
    const type = place.kind === "channel" ? "channel" : groupType(id);
    world.chats.set(id, freshChat(world, { id, type, key: place.key, title: place.title }));
    return;
  }
  const group = spotOf(world, place.parent)?.chat;
  if (!group)
    throw new Error(`Place "${place.key}" belongs to "${place.parent}", which is unknown`);
  // Only supergroups have topics; a topic's id is the id of the message that opened it.
  group.type = "supergroup";
  group.forum = true;
  group.topics.set(id, place.title);
  group.nextMessageId = Math.max(group.nextMessageId, id + 1);
}

function groupType(id: number): "group" | "supergroup" {
  return String(id).startsWith("-100") ? "supergroup" : "group";
}

/** The private chat of a person. */
export function privateChat(world: World, person: Person): ChatState {
  const known = world.chats.get(person.telegramId);
  if (known) return known;
  const { telegramId: id, name: title } = person;
  const chat = freshChat(world, { id, type: "private", key: "dm", title, person });
  world.chats.set(id, chat);
  return chat;
}

/** Finds a place by its key; `person` says whose private chat "dm" is. */
export function spotOf(world: World, key: string, person?: Person): Spot | undefined {
  const place = world.places.find((place) => place.key === key);
  if (!place) return undefined;
  if (place.kind === "dm") return person && { chat: privateChat(world, person) };
  if (place.parent === undefined) {
    const chat = world.chats.get(Number(place.id));
    return chat && { chat };
  }
  const group = spotOf(world, place.parent);
  return group && { chat: group.chat, thread: Number(place.id) };
}

/** The chat a request names, whether or not the bot may write there. */
export function chatOf(world: World, params: Params): ChatState {
  const given = textParam(params, "chat_id");
  if (given === undefined || given === "") return badRequest("chat_id is empty");
  const id = numberParam(params, "chat_id");
  const person = world.personById.get(id ?? 0);
  const chat = person ? privateChat(world, person) : world.chats.get(id ?? 0);
  if (!chat) return badRequest("chat not found");
  if (chat.migratedTo !== undefined) {
    return badRequest("group chat was upgraded to a supergroup chat", {
      migrate_to_chat_id: chat.migratedTo,
    });
  }
  return chat;
}

/** The chat a request names, which the bot must be in. */
export function reachedChat(world: World, params: Params): ChatState {
  const chat = chatOf(world, params);
  if (chat.type === "private") {
    if (chat.bot !== "in") return forbidden("bot was blocked by the user");
    if (!chat.started && world.now() > chat.mayWriteUntil) {
      return forbidden("bot can't initiate conversation with a user");
    }
  } else if (chat.bot === "kicked") {
    return forbidden(`bot was kicked from the ${chat.type} chat`);
  } else if (chat.bot === "left") {
    return forbidden(`bot is not a member of the ${chat.type} chat`);
  }
  return chat;
}

/** A chat as updates and answers show it. */
export function chatShown(chat: ChatState): Chat {
  if (chat.type === "private") {
    const username = chat.person?.key;
    return {
      id: chat.id,
      type: "private",
      first_name: chat.title,
      ...(username === undefined ? {} : { username }),
    };
  }
  const { id, title } = chat;
  if (chat.type === "supergroup") {
    return { id, type: "supergroup", title, ...(chat.forum ? { is_forum: true } : {}) };
  }
  return { id, type: chat.type, title };
}

/** A person as updates and answers show them. */
export function userShown(person: Person): User {
  return {
    id: person.telegramId,
    is_bot: false,
    first_name: person.name,
    username: person.key,
    language_code: person.language,
  };
}

/** The bot as others see it; only getMe shows more. */
export function botShown(world: World): User {
  const { id, is_bot, first_name, username } = world.bot;
  return { id, is_bot, first_name, username };
}
