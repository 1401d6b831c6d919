import type { Act } from "../../bots/sandbox/contract.ts";
import { type RunningBot, startEcho, startPlaza } from "./bots.ts";
import { closedLoop, type Load, middle } from "./load.ts";
import type { World } from "./world.ts";

const rounds = 3;
/** Enough for the engine to have compiled what is used often. */
const warmUp = 4_000;
const users = { one: 1, fifty: 50 };
const requests = { one: 1_000, fifty: 5_000 };

export type Chat = Record<string, { one: Load; fifty: Load }>;

/** `/events` through Plaza's Telegram bot, beside two bots that send back what they are sent. */
export async function telegramChat(world: World): Promise<Chat> {
  const act = (as: string): Act => ({ as, in: "dm", do: "say", text: "/events" });
  return await compare(world, "telegram", act, {
    "Plaza /events": async () => await startPlaza(world),
    "grammY echo": async () => await startEcho("grammy", world.telegram),
    "Telegraf echo": async () => await startEcho("telegraf", world.telegram),
  });
}

/** `/events` through Plaza's Discord bot, beside one that always answers the same word. */
export async function discordChat(world: World): Promise<Chat> {
  const act = (as: string): Act => ({ as, in: "dm", do: "command", name: "events" });
  return await compare(world, "discord", act, {
    "Plaza /events": async () => await startPlaza(world),
    "discord.js pong": async () => await startEcho("discord", world.discord),
  });
}

/** Each bot for itself, one after another, several times over. */
async function compare(
  world: World,
  platform: "telegram" | "discord",
  act: (as: string) => Act,
  bots: Record<string, () => Promise<RunningBot>>,
): Promise<Chat> {
  const ask = async (user: number) => await world[platform].act(act(`user-${user}`));
  const runs = Object.keys(bots).map((name) => ({ name, one: [] as Load[], fifty: [] as Load[] }));
  for (let round = 0; round < rounds; round++) {
    for (const run of runs) {
      const bot = await bots[run.name]?.();
      await closedLoop(users.fifty, warmUp, ask);
      run.one.push(await closedLoop(users.one, requests.one, ask));
      run.fifty.push(await closedLoop(users.fifty, requests.fifty, ask));
      await bot?.stop();
    }
  }
  return Object.fromEntries(
    runs.map(({ name, one, fifty }) => [name, { one: middle(one), fifty: middle(fifty) }]),
  );
}
