import { onTestFinished } from "vitest";
import { createBudgets } from "../../../bots/budget.ts";
import { realClock } from "../../../bots/clock.ts";
import { createGate } from "../../../bots/discord/gate.ts";
import { runDiscord } from "../../../bots/discord/index.ts";
import { createLog } from "../../../bots/log.ts";
import type { Act, Person, Place } from "../../../bots/sandbox/contract.ts";
import { startDiscordEmulator } from "../../../bots/sandbox/discord/index.ts";
import { startBackend } from "../access/chats.ts";
import { startPlaza } from "../convex/plaza.ts";

// The real Discord bot in the test's own process, with Convex's functions and the emulator, in faked
// time.

const people: Person[] = [
  { key: "ana", name: "Ana", language: "en", telegramId: 1002, discordId: "2002" },
  { key: "leo", name: "Leo", language: "en", telegramId: 1001, discordId: "2001" },
];
const places: Place[] = [
  { key: "dm", title: "Private", kind: "dm" },
  { key: "group", title: "Group", kind: "channel", id: "910000000000000001" },
];

/** `before` is awaited at the beginning of every call of Convex, with the caller's subject. */
export async function startDiscordWorld(before?: (subject: string) => Promise<void>) {
  const t = startPlaza();
  const discord = await startDiscordEmulator({ people, places, now: () => Date.now() });
  onTestFinished(async () => await discord.close());
  const lines: string[] = [];
  const startBot = async ({ perMinute = 20 } = {}) => {
    const stop = new AbortController();
    const bot = await runDiscord(
      { token: discord.token, api: discord.url, gate: createGate(() => Date.now()) },
      {
        ...startBackend(t, "discord", { ...(before && { before }) }),
        budgets: createBudgets(perMinute, () => Date.now()),
        clock: realClock,
        log: createLog("info", { write: (line) => lines.push(line) }),
        signal: stop.signal,
      },
    );
    onTestFinished(async () => {
      stop.abort();
      await bot.stopped;
    });
    return { bot, stop: async () => (stop.abort(), await bot.stopped) };
  };
  /** Somebody does something; what comes of it is seen in `heard`. */
  const act = (one: Act) => void discord.act(one, 0);
  const command = (as: string, place: string, name: string) =>
    act({ as, in: place, do: "command", name });
  /** What the bot said somewhere, as somebody sees it. */
  const heard = (as: string, place = "dm") =>
    discord
      .transcript({ in: place, as })
      .filter(({ from, deleted }) => from === "plaza" && !deleted);
  const countOf = (method: string, route: string) =>
    discord
      .requests()
      .filter((one) => one.method.startsWith(`${method} `) && one.method.includes(route)).length;
  return { t, discord, startBot, act, command, heard, lines, countOf };
}
