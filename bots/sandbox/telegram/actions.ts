import type { Message } from "@grammyjs/types";
import { randomInt } from "node:crypto";
import type { Act, ActAnswer, Person } from "../contract.ts";
import { botShown, chatShown, privateChat, type Spot, spotOf, userShown } from "./chats.ts";
import { announceArrival, botChanged, isAdmin } from "./members.ts";
import { no, outcome } from "./waiting.ts";
import type { ChatState, StoredMessage, World } from "./world.ts";
import { findEntities } from "./findEntities.ts";
import { keep, present, remove } from "./messages.ts";

/** Performs a person's action and resolves with the bot's answer. */
export async function perform(world: World, act: Act, waitMs: number): Promise<ActAnswer> {
  const person = world.personByKey.get(act.as);
  if (!person) return no(`There is nobody named "${act.as}"`);
  const spot = spotOf(world, act.in, person);
  if (!spot) return no(`There is no place named "${act.in}"`);
  switch (act.do) {
    case "say":
      return say(world, person, spot, act, waitMs);
    case "command": {
      const text = [`/${act.name}`, ...Object.values(act.options ?? {}).map(String)].join(" ");
      return say(world, person, spot, { text }, waitMs);
    }
    case "click":
      return callback(world, person, spot, act, waitMs);
    case "join":
      return askToJoin(world, person, spot, waitMs);
    case "addBot":
      return addBot(world, person, spot, waitMs);
    case "removeBot":
      return removeBot(world, person, spot, waitMs);
    default:
      return no(`Telegram has no "${act.do}"`);
  }
}

const NOT_ADMIN = "Only an administrator adds and removes the bot";

// How long after asking to join a person can be written to, even one who never wrote to the bot.
const ASKING_MS = 5 * 60_000;

function askToJoin(world: World, person: Person, spot: Spot, waitMs: number): Promise<ActAnswer> {
  const { chat } = spot;
  const shown = chatShown(chat);
  if (shown.type !== "supergroup" && shown.type !== "channel") {
    return no("Only supergroups and channels have join requests");
  }
  if (chat.bot !== "in") return no("The bot is not in this chat");
  // A person with an open join request is not a member.
  chat.outsiders.add(person.telegramId);
  chat.asking.add(person.telegramId);
  privateChat(world, person).mayWriteUntil = world.now() + ASKING_MS;
  world.changed();
  const updateId = world.updates.push({
    chat_join_request: {
      chat: shown,
      from: userShown(person),
      user_chat_id: person.telegramId,
      date: Math.floor(world.now() / 1000),
    },
  });
  return outcome(world, person, spot, { updateId, waitMs });
}

/** Adding it to a chat makes it an administrator; in private it is a callback on Start. */
function addBot(world: World, person: Person, spot: Spot, waitMs: number): Promise<ActAnswer> {
  const { chat } = spot;
  const was = chat.bot === "in" ? "member" : chat.bot;
  const joins = chat.bot !== "in";
  if (chat.type === "private") {
    chat.bot = "in";
    if (joins) botChanged(world, chat, person, was);
    return say(world, person, spot, { text: "/start" }, waitMs);
  }
  if (!isAdmin(world, chat, person)) return no(NOT_ADMIN);
  chat.bot = "in";
  const updateId = botChanged(world, chat, person, was);
  if (joins) announceArrival(world, chat, userShown(person), botShown(world));
  world.changed();
  return outcome(world, person, spot, { updateId, waitMs });
}

/** Removing it from a chat; in private it is blocking. */
function removeBot(world: World, person: Person, spot: Spot, waitMs: number): Promise<ActAnswer> {
  const { chat } = spot;
  if (chat.bot !== "in") return no("The bot is not in this chat");
  const inPrivate = chat.type === "private";
  if (!inPrivate && !isAdmin(world, chat, person)) return no(NOT_ADMIN);
  const was = inPrivate ? "member" : "administrator";
  chat.bot = "kicked";
  const updateId = botChanged(world, chat, person, was);
  world.changed();
  return outcome(world, person, spot, { updateId, waitMs });
}

type Saying = { text: string; replyTo?: string };

/** A person writes something. */
function say(
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

  const entities = findEntities(text);
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

/** The message that a person's message replies to: the chosen one, or an open ForceReply. */
function repliedTo(
  chat: ChatState,
  person: Person,
  chosen: string | undefined,
): StoredMessage | "gone" | undefined {
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

/**
 * Privacy mode: in a group the bot gets only messages meant for it. See
 * https://core.telegram.org/bots/features#privacy-mode.
 */
function reachesBot(world: World, { chat, message }: StoredMessage): boolean {
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

function tell(world: World, { chat, message }: StoredMessage, person: Person): number | undefined {
  const shown = chatShown(chat);
  const base: Message = message;
  return shown.type === "channel"
    ? world.updates.push({ channel_post: { ...base, chat: shown } })
    : world.updates.push({ message: { ...base, chat: shown, from: userShown(person) } });
}

const MAX_CALLBACK_QUERIES = 10_000;

/** A person clicks a button, found by its label. */
function callback(
  world: World,
  person: Person,
  spot: Spot,
  act: { message: string; button: string },
  waitMs: number,
): Promise<ActAnswer> {
  const { chat, thread } = spot;
  const kept = present(chat, Number(act.message));
  if (!kept || kept.thread !== thread || chat.outsiders.has(person.telegramId)) {
    return no(`There is no message ${act.message} here`);
  }
  const buttons = (kept.message.reply_markup?.inline_keyboard ?? []).flat();
  const button = buttons.find((button) => button.text === act.button);
  if (!button) {
    const labels = buttons.map((button) => `"${button.text}"`).join(", ") || "none";
    return no(`Message ${act.message} has no button "${act.button}"; its buttons: ${labels}`);
  }
  if ("url" in button) return no(`"${act.button}" is a link to ${button.url}`);
  if ("copy_text" in button) return no(`"${act.button}" only copies ${button.copy_text.text}`);
  if (!("callback_data" in button)) return no(`"${act.button}" does nothing here`);
  if (chat.bot !== "in") return no("The bot is not in this chat");

  // Beyond what a counter gives, so that an id that the bot remembers from an earlier run cannot
  // match.
  const queryId = `${world.now()}${String(randomInt(1e9)).padStart(9, "0")}`;
  const from = userShown(person);
  world.callbackQueries.set(queryId, { at: world.now(), from });
  if (world.callbackQueries.size > MAX_CALLBACK_QUERIES) {
    world.callbackQueries.delete(world.callbackQueries.keys().next().value ?? "");
  }
  const updateId = world.updates.push({
    callback_query: {
      id: queryId,
      from,
      message: kept.message,
      chat_instance: String(chat.id * -31),
      data: button.callback_data,
    },
  });
  return outcome(world, person, spot, { updateId, queryId, waitMs });
}

// Actions that Telegram does not report to bots.

/** Withdraws a join request. */
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
