import { Api } from "grammy";
import { onTestFinished } from "vitest";
import { createBudgets } from "../../../bots/budget.ts";
import { realClock } from "../../../bots/clock.ts";
import { createLog } from "../../../bots/log.ts";
import type { Act, Person, Place } from "../../../bots/sandbox/contract.ts";
import { startTelegramEmulator } from "../../../bots/sandbox/telegram/index.ts";
import { runTelegram } from "../../../bots/telegram/index.ts";
import { startBackend } from "../access/chats.ts";
import { startPlaza } from "../convex/plaza.ts";

// The real Telegram bot in the test's own process, with Convex's functions and the emulator, in faked
// time.

const people: Person[] = [
  { key: "ana", name: "Ana", language: "en", telegramId: 1002, discordId: "2002" },
  { key: "leo", name: "Leo", language: "en", telegramId: 1001, discordId: "2001" },
  { key: "mia", name: "Mia", language: "es", telegramId: 1003, discordId: "2003" },
];
const places: Place[] = [
  { key: "dm", title: "Private", kind: "dm" },
  { key: "group", title: "Group", kind: "group", id: "-1001000000001" },
  { key: "news", title: "News", kind: "channel", id: "-1001000000002" },
  { key: "forum", title: "Forum", kind: "group", id: "-1001000000003" },
  { key: "talks", title: "Talks", kind: "topic", id: "7", parent: "forum" },
];

export type TelegramWorld =
  ReturnType<typeof startTelegramWorld> extends Promise<infer W> ? W : never;

/** `before` is awaited at the beginning of every call of Convex, with the caller's subject. */
export async function startTelegramWorld(before?: (subject: string) => Promise<void>) {
  const t = startPlaza();
  const telegram = await startTelegramEmulator({ people, places, now: () => Date.now() });
  onTestFinished(async () => await telegram.close());
  const lines: string[] = [];
  /** Starts a bot; ends it as a kill does, with everything left as it is. */
  const startBot = async ({ perMinute = 20, name = "telegram" as const } = {}) => {
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const bot = await runTelegram(
      { token: telegram.token, apiRoot: telegram.url },
      {
        ...startBackend(t, name, { ...(before && { before }) }),
        budgets: createBudgets(perMinute, () => Date.now()),
        clock: realClock,
        log: createLog("info", { write: (line) => lines.push(line) }),
        signal: stop.signal,
      },
    );
    const api = new Api(telegram.token, { apiRoot: telegram.url });
    return { bot, api, kill: () => stop.abort() };
  };
  /** Somebody does something; what comes of it is seen in `heard`. */
  const act = (one: Act) => void telegram.act(one, 0);
  const say = (as: string, where: string, text: string) => act({ as, in: where, do: "say", text });
  /** What the bot said somewhere, as somebody sees it. */
  const heard = (as: string, where = "dm") =>
    telegram.transcript({ in: where, as }).filter(({ from }) => from === "plaza");
  return { t, telegram, startBot, act, say, heard, lines };
}
