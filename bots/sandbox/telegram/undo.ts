import { spotOf } from "./chats.ts";
import { present, remove } from "./messages.ts";
import type { World } from "./world.ts";

// What people undo; Telegram tells a bot of neither.

/** Takes back what `join` asked for. */
export function takeBack(world: World, query: { in: string; as: string }): boolean {
  const person = world.personByKey.get(query.as);
  const chat = person && spotOf(world, query.in, person)?.chat;
  if (!person || !chat?.asking.delete(person.telegramId)) return false;
  world.changed();
  return true;
}

/** Deletes a message, as its author or an administrator may. */
export function deleteMessage(
  world: World,
  query: { in: string; as: string; id: string },
): boolean {
  const person = world.personByKey.get(query.as);
  const chat = person && spotOf(world, query.in, person)?.chat;
  const kept = chat && present(chat, Number(query.id));
  if (!kept) return false;
  remove(world, kept);
  return true;
}
