import type { ChatEmulator } from "../../bots/sandbox/contract.ts";
import { addAudience, heard } from "../support/sandbox/audience.ts";
import { syncNow } from "./told.ts";
import type { World } from "./world.ts";

export type Broadcast = {
  channels: number;
  /** The most messages in any stretch of one second, and how many the platform allows. */
  peak: number;
  allowed: number;
  seconds: number;
  refused: number;
};

const channels = 200;
const title = "A night for everybody";
const patienceMs = 60_000;

/** One announcement to many channels of each platform, with the platforms' own limits on. */
export async function broadcast(world: World): Promise<Record<"telegram" | "discord", Broadcast>> {
  await addAudience(world, channels);
  world.telegram.limitRates(true);
  world.discord.limitRates(true);
  const start = new Date(Date.now() + 20 * 86_400_000).toISOString();
  const began = Date.now();
  world.luma.put({ slug: "night", title, start });
  await syncNow(world);
  await Promise.all([everyone(world.telegram), everyone(world.discord)]);
  world.telegram.limitRates(false);
  world.discord.limitRates(false);
  return {
    telegram: { ...seen(world.telegram, "sendMessage", began), allowed: 30 },
    discord: { ...seen(world.discord, "POST /channels/:/messages", began), allowed: 50 },
  };
}

/** Resolves when every channel has the message. */
async function everyone(emulator: ChatEmulator): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (heard(emulator, channels, title).some((count) => count === 0)) {
    if (Date.now() > deadline) throw new Error(`${emulator.platform}: not everybody was told`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function seen(emulator: ChatEmulator, method: string, since: number) {
  const all = emulator.requests().filter(({ at }) => at >= since);
  const sends = all.filter((request) => request.method === method).map(({ at }) => at);
  const sorted = sends.toSorted((a, b) => a - b);
  let [peak, first] = [0, 0];
  for (const [last, at] of sorted.entries()) {
    while (at - (sorted[first] ?? at) >= 1000) first += 1;
    peak = Math.max(peak, last - first + 1);
  }
  return {
    channels,
    peak,
    seconds: ((sorted.at(-1) ?? 0) - (sorted[0] ?? 0)) / 1000,
    refused: all.filter(({ status }) => status === 429).length,
  };
}
