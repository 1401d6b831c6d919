import { Api, Bot, GrammyError } from "grammy";
import { onTestFinished } from "vitest";
import type { Act, ActAnswer, Person, Place } from "../../../bots/sandbox/contract.ts";
import {
  startTelegramEmulator,
  type TelegramEmulator,
  type TelegramEmulatorOptions,
} from "../../../bots/sandbox/telegram/index.ts";

// Starts the emulator with two people and six places, and real grammY bots against it.

const PEOPLE: Person[] = [
  { key: "ana", name: "Ana", language: "es-419", telegramId: 101, discordId: "1" },
  { key: "leo", name: "Leo", language: "en", telegramId: 102, discordId: "2" },
];
const PLACES: Place[] = [
  { key: "dm", title: "Private", kind: "dm" },
  { key: "group", title: "Group", kind: "group", id: "-1001000000001" },
  { key: "old", title: "Old group", kind: "group", id: "-2000001" },
  { key: "news", title: "News", kind: "channel", id: "-1001000000002" },
  { key: "forum", title: "Forum", kind: "group", id: "-1001000000003" },
  { key: "talks", title: "Talks", kind: "topic", id: "7", parent: "forum" },
];

/** A chat the bot may write to without being asked first. */
export const GROUP = -1001000000001;
export const ANA = 101;

export async function setUp(
  options: Partial<TelegramEmulatorOptions> = {},
): Promise<TelegramEmulator> {
  const emulator = await startTelegramEmulator({ people: PEOPLE, places: PLACES, ...options });
  onTestFinished(() => emulator.close());
  return emulator;
}

export function newBot(emulator: TelegramEmulator): Bot {
  return new Bot(emulator.token, { client: { apiRoot: emulator.url } });
}

/** Polls until the test is over. Resolves when the bot is at it. */
export async function run(
  bot: Bot,
  options: Omit<NonNullable<Parameters<Bot["start"]>[0]>, "onStart"> = {},
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const polling = bot.start({ ...options, onStart: () => resolve() });
    polling.catch(reject);
    onTestFinished(async () => {
      await bot.stop();
      await polling;
    });
  });
}

/** A sandbox with an echo bot. */
export async function echo(): Promise<TelegramEmulator> {
  const emulator = await setUp();
  const bot = newBot(emulator);
  bot.on("message:text", (ctx) => ctx.reply(ctx.msg.text));
  await run(bot);
  return emulator;
}

export const say = (text: string, where = "dm", as = "ana"): Act => ({
  as,
  in: where,
  do: "say",
  text,
});

export function good(answer: ActAnswer) {
  if (!answer.ok) throw new Error(answer.error);
  return { texts: (answer.messages ?? []).map((message) => message.text), ...answer };
}

/** What Telegram says no with. */
export async function no(asked: Promise<unknown>): Promise<GrammyError> {
  try {
    await asked;
  } catch (error) {
    if (error instanceof GrammyError) return error;
    throw error;
  }
  throw new Error("It was allowed");
}

export const api = (emulator: TelegramEmulator) =>
  new Api(emulator.token, { apiRoot: emulator.url });
