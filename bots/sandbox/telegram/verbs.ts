import type { Act, ActAnswer, Person } from "../contract.ts";
import { botShown, chatShown, privateChat, type Spot, spotOf, userShown } from "./chats.ts";
import { announceArrival, botChanged, isAdmin } from "./members.ts";
import { no, outcome } from "./outcome.ts";
import { press } from "./press.ts";
import { say } from "./say.ts";
import type { Stage } from "./stage.ts";

/** Does what a person does, and answers with what the bot made of it. */
export async function perform(stage: Stage, act: Act, waitMs: number): Promise<ActAnswer> {
  const person = stage.personByKey.get(act.as);
  if (!person) return no(`There is nobody named "${act.as}"`);
  const spot = spotOf(stage, act.in, person);
  if (!spot) return no(`There is no place named "${act.in}"`);
  switch (act.do) {
    case "say":
      return say(stage, person, spot, act, waitMs);
    case "command": {
      const text = [`/${act.name}`, ...Object.values(act.options ?? {}).map(String)].join(" ");
      return say(stage, person, spot, { text }, waitMs);
    }
    case "click":
      return press(stage, person, spot, act, waitMs);
    case "join":
      return askToJoin(stage, person, spot, waitMs);
    case "addBot":
      return addBot(stage, person, spot, waitMs);
    case "removeBot":
      return removeBot(stage, person, spot, waitMs);
    default:
      return no(`Telegram has no "${act.do}"`);
  }
}

const NOT_ADMIN = "Only an administrator adds and removes the bot";

// How long after asking to join a person can be written to, even one who never wrote to the bot.
const ASKING_MS = 5 * 60_000;

function askToJoin(stage: Stage, person: Person, spot: Spot, waitMs: number): Promise<ActAnswer> {
  const { chat } = spot;
  const shown = chatShown(chat);
  if (shown.type !== "supergroup" && shown.type !== "channel") {
    return no("Only supergroups and channels have join requests");
  }
  if (chat.bot !== "in") return no("The bot is not in this chat");
  // Who asks to be let in is outside, whatever they were before.
  chat.outsiders.add(person.telegramId);
  chat.asking.add(person.telegramId);
  privateChat(stage, person).mayWriteUntil = stage.now() + ASKING_MS;
  stage.changed();
  const updateId = stage.updates.push({
    chat_join_request: {
      chat: shown,
      from: userShown(person),
      user_chat_id: person.telegramId,
      date: Math.floor(stage.now() / 1000),
    },
  });
  return outcome(stage, person, spot, { updateId, waitMs });
}

/** Adding it to a chat makes it an administrator; in private it is a press on Start. */
function addBot(stage: Stage, person: Person, spot: Spot, waitMs: number): Promise<ActAnswer> {
  const { chat } = spot;
  const was = chat.bot === "in" ? "member" : chat.bot;
  const joins = chat.bot !== "in";
  if (chat.type === "private") {
    chat.bot = "in";
    if (joins) botChanged(stage, chat, person, was);
    return say(stage, person, spot, { text: "/start" }, waitMs);
  }
  if (!isAdmin(stage, chat, person)) return no(NOT_ADMIN);
  chat.bot = "in";
  const updateId = botChanged(stage, chat, person, was);
  if (joins) announceArrival(stage, chat, userShown(person), botShown(stage));
  stage.changed();
  return outcome(stage, person, spot, { updateId, waitMs });
}

/** Removing it from a chat; in private it is blocking. */
function removeBot(stage: Stage, person: Person, spot: Spot, waitMs: number): Promise<ActAnswer> {
  const { chat } = spot;
  if (chat.bot !== "in") return no("The bot is not in this chat");
  const inPrivate = chat.type === "private";
  if (!inPrivate && !isAdmin(stage, chat, person)) return no(NOT_ADMIN);
  const was = inPrivate ? "member" : "administrator";
  chat.bot = "kicked";
  const updateId = botChanged(stage, chat, person, was);
  stage.changed();
  return outcome(stage, person, spot, { updateId, waitMs });
}
