import { readFileSync } from "node:fs";
import type { Exchange, Person, Platform } from "../contract.ts";
import { type DiscordEmulator, startDiscordEmulator } from "../discord/index.ts";
import { startLumaEmulator } from "../services/luma/index.ts";
import { startNeedsEmulator } from "../services/needs.ts";
import { startOpenaiEmulator } from "../services/openai/index.ts";
import { startTelegramEmulator } from "../telegram/index.ts";
import { startBots } from "./bots.ts";
import { seed, seededCalendar } from "./seed.ts";
import { discordPlaces, memberRole, people, telegramPlaces } from "./fixtureUsers.ts";
import { type LocalConvex, startConvex } from "./convex.ts";
import { openData } from "./data.ts";
import { findGivers, startStripe } from "./giving.ts";
import { startIdentity } from "./identity.ts";

/** Calls of the model for one week: every charity of the sandbox is explained. */
const explanationBudget = "100";

export type SandboxOptions = {
  /** Saved Luma files instead of a calendar that can be edited. */
  lumaDirectory?: string | undefined;
  /** Show the processes' logs. */
  isLoud?: boolean;
  /** No organization and no subscribed channel. */
  isEmpty?: boolean;
  /** People beside the fixture users. */
  crowd?: Person[];
  /** A folder that keeps Convex's data; without one it goes with the sandbox. */
  data?: string | undefined;
  /**
   * What the sandbox's clock shows when it starts, Unix milliseconds; the machine's time without
   * it.
   */
  startsAt?: number;
  /** The longest that an act waits for the bot's answer, milliseconds; five seconds without it. */
  waitMs?: number;
  /** Is handed what the bots ask a platform's emulator, with the answers. */
  onExchange?: (platform: Platform, exchange: Exchange) => void;
};

export type Sandbox = Awaited<ReturnType<typeof startSandbox>>;

/** Starts the emulators, the Convex host and the bots, in child processes. */
export async function startSandbox({
  lumaDirectory,
  isLoud = false,
  isEmpty = false,
  crowd = [],
  data: folder,
  startsAt,
  waitMs,
  onExchange,
}: SandboxOptions) {
  const data = await openData(folder);
  const { keys } = data;
  let offset = startsAt === undefined ? data.offset : startsAt - Date.now();
  const now = () => Date.now() + offset;
  const everybody = [...people, ...crowd];
  const observed = (platform: Platform) =>
    onExchange && { onExchange: (exchange: Exchange) => onExchange(platform, exchange) };
  const [telegram, discord, luma, openai, needs, identity, payments] = await Promise.all([
    startTelegramEmulator({
      people: everybody,
      places: telegramPlaces,
      now,
      // The bots' process confirms an update when it has handled it.
      isDoneWhenConfirmed: true,
      ...observed("telegram"),
      ...(waitMs !== undefined && { waitMs }),
      // Kept data refers to messages of earlier runs, whose ids must not be used again.
      ...(folder !== undefined && { firstMessageId: Math.floor(now() / 1000) - 1_700_000_000 }),
    }),
    startDiscordEmulator({
      people: everybody,
      places: discordPlaces,
      now,
      ...observed("discord"),
      ...(waitMs !== undefined && { waitMs }),
    }),
    startLumaEmulator({ now, ...(lumaDirectory && { directory: lumaDirectory }) }),
    startOpenaiEmulator(),
    startNeedsEmulator(),
    startIdentity(now),
    startStripe(now),
  ]);
  if (!lumaDirectory) for (const event of seededCalendar(now())) luma.put(event);
  const outside = {
    LUMA_ORIGIN: luma.url,
    NEEDS_ORIGIN: needs.url,
    OPENAI_API_KEY: openai.apiKey,
    OPENAI_BASE_URL: openai.url,
    EXPLANATION_BUDGET: explanationBudget,
    ...identity.environment,
    ...payments.environment,
  };
  const { file } = data;
  const convex = await startConvex({ keys, outside, file, clockOffset: () => offset });
  identity.reach(convex.siteUrl);
  const { stripe } = payments;
  stripe.sendTo(`${convex.siteUrl}/webhooks/stripe`);
  const giving = { stripe, people: findGivers(convex.url, keys, everybody, now) };
  const bots = startBots({ convex, telegram, discord, keys, isLoud, clockOffset: () => offset });
  discord.addRole(memberRole);
  if (!isEmpty && (await isNew(convex))) await seed(convex.url, keys, discord.guildId, now);
  await bots.ready();
  await commandsOf(discord);
  const { version } = JSON.parse(
    readFileSync(new URL("../../../package.json", import.meta.url), "utf8"),
  ) as { version: string };

  return {
    telegram,
    discord,
    luma,
    openai,
    needs,
    identity,
    privy: identity.privy,
    clerk: identity.clerk,
    giving,
    convex,
    bots,
    keys,
    version,
    /** Unix milliseconds, and how far the clock was moved. */
    clock: () => ({ now: now(), offset }),
    advance(ms: number) {
      offset += ms;
      data.keepOffset(offset);
      for (const { child } of [convex.process, bots.process()])
        if (child.connected) child.send({ clockOffset: offset });
    },
    async close() {
      await bots.stop();
      await convex.process.stop();
      await Promise.all([
        telegram.close(),
        discord.close(),
        luma.close(),
        openai.close(),
        needs.close(),
        stripe.close(),
        identity.close(),
      ]);
      data.close();
    },
  };
}

/** Resolves when the bot has registered its commands, which it does beside its start. */
async function commandsOf(discord: DiscordEmulator): Promise<void> {
  if (discord.commands().length > 0) return;
  await new Promise<void>((resolve) => {
    const stop = discord.onChange(() => {
      if (discord.commands().length === 0) return;
      stop();
      resolve();
    });
  });
}

/** Nothing is seeded into data that was kept. */
async function isNew(convex: LocalConvex): Promise<boolean> {
  return ((await convex.state()).tables["organizations"] ?? 0) === 0;
}
