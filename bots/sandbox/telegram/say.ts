import type { Message } from "@grammyjs/types";
import type { ActAnswer, Person } from "../contract.ts";
import { chatShown, type Spot, userShown } from "./chats.ts";
import { foundEntities } from "./entities.ts";
import { isAdmin } from "./members.ts";
import { keep, present } from "./messages.ts";
import { no, outcome } from "./outcome.ts";
import type { Kept, World, ChatState } from "./world.ts";

type Saying = { text: string; replyTo?: string };

/** A person writes something. */
export function say(
  world: World,
  person: Person,
  spot: Spot,
  saying: Saying,
  waitMs: number,
): Promise<ActAnswer> {
  const { chat, thread } = spot;
  const text = saying.text.trim();
  const refused = whyNot(world, person, chat, text);
  if (refused !== undefined) return no(refused);
  const replyTo = repliedTo(chat, person, saying.replyTo);
  if (replyTo === "gone") return no(`There is no message ${saying.replyTo} here to reply to`);

  const entities = foundEntities(text);
  const body = { text, ...(entities.length > 0 && { entities }) };
  const kept = keep(world, chat, { from: person, body, thread, replyTo });
  if (chat.type === "private") chat.started = true;
  world.changed();

  const messageId = kept.message.message_id;
  const updateId = reachesBot(world, kept) ? tell(world, kept, person) : undefined;
  return outcome(world, person, spot, { updateId, messageId, waitMs });
}

function whyNot(world: World, person: Person, chat: ChatState, text: string): string | undefined {
  if (text === "") return "There is nothing to say";
  if (text.length > 4096) return "Telegram cuts what is longer than 4096 characters into pieces";
  if (chat.outsiders.has(person.telegramId)) return `${person.key} is not a member of this chat`;
  if (chat.type === "private" && chat.bot !== "in") return `${person.key} has blocked the bot`;
  if (chat.type === "channel" && !isAdmin(world, chat, person)) {
    return "Only administrators post in a channel";
  }
  return undefined;
}

/** What a message answers: what the person chose, or the question whose reply box is open. */
function repliedTo(
  chat: ChatState,
  person: Person,
  chosen: string | undefined,
): Kept | "gone" | undefined {
  const open = chat.forceReply;
  const asked =
    open &&
    !open.to.deleted &&
    (open.from ?? person.telegramId) === person.telegramId &&
    !open.given.has(person.telegramId);
  if (asked) open.given.add(person.telegramId);
  if (chosen !== undefined) return present(chat, Number(chosen)) ?? "gone";
  return asked ? open.to : undefined;
}

/** Privacy mode: of a group the bot hears only what is meant for it. */
function reachesBot(world: World, { chat, message }: Kept): boolean {
  if (chat.bot !== "in") return false;
  if (chat.type === "private" || chat.type === "channel") return true;
  if (message.reply_to_message?.from?.id === world.bot.id) return true;
  const own = `@${world.bot.username}`.toLowerCase();
  const { text = "", entities = [] } = message;
  return entities.some(({ type, offset, length }) => {
    const piece = text.slice(offset, offset + length).toLowerCase();
    if (type === "mention") return piece === own;
    return type === "bot_command" && (!piece.includes("@") || piece.endsWith(own));
  });
}

function tell(world: World, { chat, message }: Kept, person: Person): number | undefined {
  const shown = chatShown(chat);
  const base: Message = message;
  return shown.type === "channel"
    ? world.updates.push({ channel_post: { ...base, chat: shown } })
    : world.updates.push({ message: { ...base, chat: shown, from: userShown(person) } });
}
