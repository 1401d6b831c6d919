import type { ChatMember, User } from "@grammyjs/types";
import type { Person } from "../contract.ts";
import { botShown, chatShown, userShown } from "./chats.ts";
import type { World, ChatState } from "./world.ts";

/** Leo runs the community, unless the world is told otherwise. */
export function leoIsAdmin(person: Person): boolean {
  return person.key === "leo";
}

export function isAdmin(world: World, chat: ChatState, person: Person): boolean {
  return chat.type !== "private" && world.isAdmin(person, chat.key);
}

/** What a person is in a chat. The first administrator counts as the one who made it. */
export function memberShown(world: World, chat: ChatState, person: Person): ChatMember {
  const user = userShown(person);
  if (chat.outsiders.has(person.telegramId)) return { status: "left", user };
  if (!isAdmin(world, chat, person)) return { status: "member", user };
  const first = world.people.find((person) => isAdmin(world, chat, person));
  if (person === first) return { status: "creator", user, is_anonymous: false };
  return { status: "administrator", user, can_be_edited: false, ...RIGHTS };
}

/** What the bot is in a chat, or was or will be when `as` says so. */
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

/** Tells the bot that somebody changed what it is in a chat. */
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

/** Lets a person in on the bot's word, and tells the bot as Telegram does. */
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

/** A group says in its history who has come. */
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
