import type { Act, ActAnswer, Person } from "../contract.ts";
import { botShown, chatShown, privateChat, type Spot, spotOf, userShown } from "./chats.ts";
import { announceArrival, botChanged, isAdmin } from "./members.ts";
import { no, outcome } from "./outcome.ts";
import { press } from "./press.ts";
import { say } from "./say.ts";
import type { World } from "./world.ts";

/** Does what a person does, and answers with what the bot made of it. */
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
      return press(world, person, spot, act, waitMs);
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
  // Who asks to be let in is outside, whatever they were before.
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

/** Adding it to a chat makes it an administrator; in private it is a press on Start. */
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
