import { spotOf } from "./chats.ts";
import { present, remove } from "./messages.ts";
import type { Stage } from "./stage.ts";

// What people undo; Telegram tells a bot of neither.

/** Takes back what `join` asked for. */
export function takeBack(stage: Stage, query: { in: string; as: string }): boolean {
  const person = stage.personByKey.get(query.as);
  const chat = person && spotOf(stage, query.in, person)?.chat;
  if (!person || !chat?.asking.delete(person.telegramId)) return false;
  stage.changed();
  return true;
}

/** Deletes a message, as its author or an administrator may. */
export function deleteMessage(
  stage: Stage,
  query: { in: string; as: string; id: string },
): boolean {
  const person = stage.personByKey.get(query.as);
  const chat = person && spotOf(stage, query.in, person)?.chat;
  const kept = chat && present(chat, Number(query.id));
  if (!kept) return false;
  remove(stage, kept);
  return true;
}
