import { startConvex } from "../../bots/sandbox/server/convex.ts";
import { seed, seededCalendar } from "../../bots/sandbox/server/seed.ts";
import {
  discordPlaces,
  memberRole,
  people,
  telegramPlaces,
} from "../../bots/sandbox/server/fixtureUsers.ts";
import { openData } from "../../bots/sandbox/server/data.ts";
import type { Person } from "../../bots/sandbox/contract.ts";
import { startDiscordEmulator } from "../../bots/sandbox/discord/index.ts";
import { startLumaEmulator } from "../../bots/sandbox/services/luma/index.ts";
import { startTelegramEmulator } from "../../bots/sandbox/telegram/index.ts";

export type World = Awaited<ReturnType<typeof startWorld>>;

/** The local sandbox without bots, and with a crowd: `user-0` and so on. */
export async function startWorld(crowd: number) {
  const everybody = [...people, ...Array.from({ length: crowd }, (_, index) => user(index))];
  const [telegram, discord, luma] = await Promise.all([
    startTelegramEmulator({ people: everybody, places: telegramPlaces }),
    startDiscordEmulator({ people: everybody, places: discordPlaces }),
    startLumaEmulator({}),
  ]);
  for (const event of seededCalendar(Date.now())) luma.put(event);
  const data = await openData();
  const { keys, file } = data;
  const outside = { LUMA_ORIGIN: luma.url, IDENTITY_PROVIDERS: "none" };
  const convex = await startConvex({ keys, outside, file, clockOffset: () => 0 });
  discord.addRole(memberRole);
  await seed(convex.url, keys, discord.guildId, Date.now);
  return {
    telegram,
    discord,
    luma,
    convex,
    keys,
    clock: () => ({ now: Date.now(), offset: 0 }),
    async close() {
      await convex.process.stop();
      data.close();
      await Promise.all([telegram.close(), discord.close(), luma.close()]);
    },
  };
}

function user(index: number): Person {
  return {
    key: `user-${index}`,
    name: `User ${index}`,
    language: "en",
    telegramId: 100_000 + index,
    discordId: String(930_000_000_000_000_000n + BigInt(index)),
  };
}
