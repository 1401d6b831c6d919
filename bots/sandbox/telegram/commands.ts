import type { BotCommand } from "@grammyjs/types";
import { spotOf } from "./chats.ts";
import { isAdmin } from "./members.ts";
import type { World } from "./world.ts";

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
