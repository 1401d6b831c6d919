import { botShown, chatShown, freshChat, spotOf } from "./chats.ts";
import type { Stage } from "./stage.ts";

/**
 * Turns a group into a supergroup, which has another id and starts its history anew.
 * Returns the new id.
 */
export function migrate(stage: Stage, key: string): string {
  const place = stage.places.find((place) => place.key === key);
  const old = spotOf(stage, key)?.chat;
  if (!place || !old) throw new Error(`There is no place named "${key}"`);
  if (old.type !== "group") throw new Error(`"${key}" is no basic group`);

  const id = -(1_000_000_000_000 + Math.abs(old.id));
  const next = freshChat(stage, { id, type: "supergroup", key, title: old.title });
  next.bot = old.bot;
  next.outsiders = old.outsiders;
  stage.chats.set(id, next);
  place.id = String(id);

  const from = botShown(stage);
  const date = Math.floor(stage.now() / 1000);
  const before = chatShown(old);
  const after = chatShown(next);
  if (before.type === "channel" || after.type === "channel") throw new Error("Not a group");
  const upgrade = { message_id: old.nextMessageId++, from, date };
  const arrival = { message_id: next.nextMessageId++, from, date };
  stage.updates.push({ message: { ...upgrade, chat: before, migrate_to_chat_id: id } });
  stage.updates.push({ message: { ...arrival, chat: after, migrate_from_chat_id: old.id } });
  old.migratedTo = id;
  old.messages.clear();
  stage.changed();
  return place.id;
}
