import type { BotCommand, ChatMember, User } from "@grammyjs/types";
import type { Person } from "../contract.ts";
import { botShown, chatShown, freshChat, spotOf, userShown } from "./chats.ts";
import type { ChatState, World } from "./world.ts";

/** By default Leo administers every group. */
export function leoIsAdmin(person: Person): boolean {
  return person.key === "leo";
}

export function isAdmin(world: World, chat: ChatState, person: Person): boolean {
  return chat.type !== "private" && world.isAdmin(person, chat.key);
}

/** A person's membership in a chat. The first administrator is its creator. */
export function memberShown(world: World, chat: ChatState, person: Person): ChatMember {
  const user = userShown(person);
  if (chat.outsiders.has(person.telegramId)) return { status: "left", user };
  if (!isAdmin(world, chat, person)) return { status: "member", user };
  const first = world.people.find((person) => isAdmin(world, chat, person));
  if (person === first) return { status: "creator", user, is_anonymous: false };
  return { status: "administrator", user, can_be_edited: false, ...RIGHTS };
}

/** The bot's membership in a chat, or in the state that `as` names. */
export function botMember(world: World, chat: ChatState, as = statusOf(chat)): ChatMember {
  const user = botShown(world);
  if (as === "kicked") return { status: as, user, until_date: 0 };
  if (as === "administrator") {
    return { status: as, user, can_be_edited: false, ...RIGHTS, can_promote_members: false };
  }
  return { status: as, user };
}

type BotStatus = "administrator" | "member" | "left" | "kicked";

function statusOf(chat: ChatState): BotStatus {
  if (chat.bot !== "in") return chat.bot;
  return chat.type === "private" ? "member" : "administrator";
}

/** Sends my_chat_member: a person has changed the bot's membership. */
export function botChanged(
  world: World,
  chat: ChatState,
  by: Person,
  was: BotStatus,
): number | undefined {
  return world.updates.push({
    my_chat_member: {
      chat: chatShown(chat),
      from: userShown(by),
      date: Math.floor(world.now() / 1000),
      old_chat_member: botMember(world, chat, was),
      new_chat_member: botMember(world, chat),
    },
  });
}

/** Lets a person in after the bot approved it, and sends the bot's update. */
export function membershipChanged(world: World, chat: ChatState, person: Person): void {
  const was = memberShown(world, chat, person);
  chat.outsiders.delete(person.telegramId);
  const date = Math.floor(world.now() / 1000);
  const user = userShown(person);
  const shown = chatShown(chat);
  world.updates.push({
    chat_member: {
      chat: shown,
      from: botShown(world),
      date,
      old_chat_member: was,
      new_chat_member: memberShown(world, chat, person),
      via_join_request: true,
    },
  });
  announceArrival(world, chat, user, user);
}

/** The service message for a new member. */
export function announceArrival(world: World, chat: ChatState, by: User, who: User): void {
  const shown = chatShown(chat);
  if (shown.type === "channel") return;
  world.updates.push({
    message: {
      message_id: chat.nextMessageId++,
      date: Math.floor(world.now() / 1000),
      chat: shown,
      from: by,
      new_chat_members: [who],
    },
  });
}

const RIGHTS = {
  is_anonymous: false,
  can_manage_chat: true,
  can_delete_messages: true,
  can_manage_video_chats: false,
  can_restrict_members: false,
  can_promote_members: true,
  can_change_info: false,
  can_invite_users: true,
  can_post_stories: false,
  can_edit_stories: false,
  can_delete_stories: false,
  can_post_messages: true,
  can_edit_messages: true,
  can_pin_messages: true,
  can_manage_topics: true,
  can_send_welcome_messages: false,
};

/**
 * Turns a group into a supergroup, which has another id and starts its history anew.
 * Returns the new id.
 */
export function migrate(world: World, key: string): string {
  const place = world.places.find((place) => place.key === key);
  const old = spotOf(world, key)?.chat;
  if (!place || !old) throw new Error(`There is no place named "${key}"`);
  if (old.type !== "group") throw new Error(`"${key}" is no basic group`);

  const id = -(1_000_000_000_000 + Math.abs(old.id));
  const next = freshChat(world, { id, type: "supergroup", key, title: old.title });
  next.bot = old.bot;
  next.outsiders = old.outsiders;
  world.chats.set(id, next);
  place.id = String(id);

  const from = botShown(world);
  const date = Math.floor(world.now() / 1000);
  const before = chatShown(old);
  const after = chatShown(next);
  if (before.type === "channel" || after.type === "channel") throw new Error("Not a group");
  const upgrade = { message_id: old.nextMessageId++, from, date };
  const arrival = { message_id: next.nextMessageId++, from, date };
  world.updates.push({ message: { ...upgrade, chat: before, migrate_to_chat_id: id } });
  world.updates.push({ message: { ...arrival, chat: after, migrate_from_chat_id: old.id } });
  old.migratedTo = id;
  old.messages.clear();
  world.changed();
  return place.id;
}

type Scope = Record<string, unknown>;

/** The name under which one list of commands is kept. */
export function commandsKey(scope: Scope, language: string): string {
  return [scope["type"], scope["chat_id"] ?? "", scope["user_id"] ?? "", language].join(" ");
}

/** The list a person's client shows in a place: the narrowest one, in their language first. */
export function shownCommands(world: World, query: { in: string; as: string }): BotCommand[] {
  const person = world.personByKey.get(query.as);
  const chat = spotOf(world, query.in, person)?.chat;
  if (!person || !chat || chat.type === "channel") return [];
  const scopes: Scope[] = [{ type: "chat", chat_id: chat.id }];
  if (chat.type === "private") {
    scopes.push({ type: "all_private_chats" });
  } else {
    scopes.unshift({ type: "chat_member", chat_id: chat.id, user_id: person.telegramId });
    if (isAdmin(world, chat, person)) {
      scopes.splice(1, 0, { type: "chat_administrators", chat_id: chat.id });
      scopes.push({ type: "all_chat_administrators" });
    }
    scopes.push({ type: "all_group_chats" });
  }
  const language = person.language.slice(0, 2).toLowerCase();
  for (const scope of [...scopes, { type: "default" }]) {
    for (const spoken of [language, ""]) {
      const commands = world.commands.get(commandsKey(scope, spoken));
      if (commands) return commands;
    }
  }
  return [];
}
