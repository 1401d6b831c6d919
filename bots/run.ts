import { api } from "../convex/_generated/api.js";
import type { Platform } from "../shared/identity.ts";
import { type BotParts, createAnswering, type RunningBot } from "./answer.ts";
import { createBudgets } from "./budget.ts";
import type { Clock } from "./clock.ts";
import { connectBackend } from "./backend/index.ts";
import { createTokenSource } from "./backend/tokens.ts";
import { runDiscord } from "./discord/index.ts";
import { createGate } from "./discord/gate.ts";
import { createDiscordSender } from "./discord/send.ts";
import type { Environment } from "./environment.ts";
import { serveHealth } from "./health.ts";
import { errorKind, type Log } from "./log.ts";
import { runOutbox, type Sender } from "./outbox.ts";
import { createPreferences } from "./preferences.ts";
import { runTelegram } from "./telegram/index.ts";
import { createTelegramSender } from "./telegram/send.ts";

type Process = { clock: Clock; log: Log; signal: AbortSignal };

/**
 * Runs every configured bot until `signal` aborts; resolves when all they had begun is done. Where one
 * platform refuses its bot, the other goes on, and `/readyz` says which is missing.
 *
 * @throws what the first one was refused with, where no bot could run
 */
export async function runBots(environment: Environment, process: Process): Promise<void> {
  const { TELEGRAM_BOT_TOKEN, DISCORD_BOT_TOKEN, TELEGRAM_API_ROOT, DISCORD_API_ROOT } =
    environment;
  const states: Record<string, () => boolean> = {};
  const address = { host: environment.HEALTH_HOST, port: environment.HEALTH_PORT };
  const health = await serveHealth(address, () =>
    Object.fromEntries(Object.entries(states).map(([name, isReady]) => [name, isReady()])),
  );
  const bots: Promise<void>[] = [];
  const start = (
    platform: Platform,
    sender: Sender,
    run: (parts: BotParts) => Promise<RunningBot>,
  ) => {
    states[platform] = () => false;
    const bot = runBot(platform, environment, process, sender, run, states);
    bots.push(
      bot.catch((error: unknown) => {
        states[platform] = () => false;
        // Asked to stop while it was still starting.
        if (process.signal.aborted) return;
        process.log.error({ ...errorKind(error), platform }, "a platform's bot could not run");
        throw error;
      }),
    );
  };
  if (TELEGRAM_BOT_TOKEN) {
    const account = { token: TELEGRAM_BOT_TOKEN, apiRoot: TELEGRAM_API_ROOT };
    start(
      "telegram",
      createTelegramSender(account.token, account.apiRoot, process.log),
      async (parts) => await runTelegram(account, parts),
    );
  }
  if (DISCORD_BOT_TOKEN) {
    const gate = createGate(() => process.clock.now());
    const account = { token: DISCORD_BOT_TOKEN, api: DISCORD_API_ROOT, gate };
    start(
      "discord",
      createDiscordSender(account.token, account.api, process.log, gate),
      async (parts) => await runDiscord(account, parts),
    );
  }
  const ends = await Promise.allSettled(bots);
  await health.close();
  const [refused] = ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
  if (refused !== undefined && ends.every(({ status }) => status === "rejected")) throw refused;
}

async function runBot(
  platform: Platform,
  environment: Environment,
  { clock, log, signal }: Process,
  sender: Sender,
  run: (parts: BotParts) => Promise<RunningBot>,
  states: Record<string, () => boolean>,
): Promise<void> {
  const tokens = createTokenSource(environment.PLAZA_BOT_PRIVATE_KEY, () => clock.now());
  const address = { url: environment.CONVEX_URL, siteUrl: environment.CONVEX_SITE_URL };
  const backend = connectBackend(address, platform, tokens, { clock, signal });
  const preferences = createPreferences(backend, platform);
  const answering = createAnswering({ backend, preferences, log, now: () => clock.now() });
  const budgets = createBudgets(environment.REQUESTS_PER_MINUTE, () => clock.now());
  const bot = await run({ answering, backend, budgets, clock, log, signal });
  states[platform] = () => bot.isReady() && backend.isConnected();
  const outbox = runOutbox(backend.bot, sender, { clock, log, signal });
  const stopWatching = backend.watch(api.deliveries.nextReady, {}, (readyAt) =>
    outbox.wake(readyAt),
  );
  await Promise.all([bot.stopped, outbox.stopped]);
  stopWatching();
  await backend.close();
}
