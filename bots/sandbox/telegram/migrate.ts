import { botShown, chatShown, freshChat, spotOf } from "./chats.ts";
import type { World } from "./world.ts";

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
