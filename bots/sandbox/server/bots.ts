import type { ChatEmulator } from "../contract.ts";
import type { LocalConvex } from "./convex.ts";
import { heapFlags } from "../../environment.ts";
import { freePort, type Started, startProcess } from "./process.ts";
import type { Keys } from "./data.ts";

type Parts = {
  convex: LocalConvex;
  telegram: ChatEmulator;
  discord: ChatEmulator;
  keys: Keys;
  isLoud: boolean;
  clockOffset: () => number;
};

export type LocalBots = {
  process(): Started;
  /** Resolves when both bots say that they are ready. */
  ready(): Promise<void>;
  isRunning(): boolean;
  /** SIGKILL, and a new process at once, as a supervisor would. */
  kill(): Promise<void>;
  stop(): Promise<void>;
};

/** Runs `bots/main.ts` unmodified against the emulators, by the libraries' own options. */
export function startBots(parts: Parts): LocalBots {
  let stopped = false;
  let port = freePort();
  let current = port.then((free) => startBotProcess(parts, free));
  let latest: Started | undefined;
  const keep = (started: Promise<Started>) => void started.then((process) => (latest = process));
  keep(current);

  return {
    process() {
      if (!latest) throw new Error("the bots have not been started yet");
      return latest;
    },
    async ready() {
      const started = await current;
      const url = `http://127.0.0.1:${await port}/readyz`;
      while (started.child.exitCode === null) {
        const answer = await fetch(url).catch(() => null);
        await answer?.arrayBuffer();
        if (answer?.ok) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error("the bots ended before they were ready");
    },
    isRunning: () => latest !== undefined && latest.child.exitCode === null && !stopped,
    async kill() {
      await (await current).kill();
      if (stopped) return;
      port = freePort();
      current = port.then((free) => startBotProcess(parts, free));
      keep(current);
      await current;
    },
    async stop() {
      stopped = true;
      await (await current).stop();
    },
  };
}

function startBotProcess(parts: Parts, port: number): Started {
  const started = startProcess(
    new URL("../../main.ts", import.meta.url),
    {
      ...botsEnvironment(parts, port),
      // Scripts act faster than people: in the sandbox a flood is what somebody asks for.
      REQUESTS_PER_MINUTE: process.env["REQUESTS_PER_MINUTE"] ?? "100000",
      LOG_LEVEL: parts.isLoud ? "info" : "warn",
      PLAZA_CLOCK_OFFSET: String(parts.clockOffset()),
    },
    { isLoud: parts.isLoud, flags: heapFlags },
  );
  // The first line is not used here; `ready` notices when the process ends early.
  started.firstLine.catch(() => undefined);
  return started;
}

/** What points the unmodified bots to the emulators, and their health to `port` of this machine. */
export function botsEnvironment(
  { convex, keys, telegram, discord }: Pick<Parts, "convex" | "keys" | "telegram" | "discord">,
  port: number,
): Record<string, string> {
  return {
    CONVEX_URL: convex.url,
    CONVEX_SITE_URL: convex.siteUrl,
    PLAZA_BOT_PRIVATE_KEY: keys.PLAZA_BOT_PRIVATE_KEY,
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.url,
    DISCORD_BOT_TOKEN: discord.token,
    DISCORD_API_ROOT: discord.url,
    HEALTH_HOST: "127.0.0.1",
    HEALTH_PORT: String(port),
  };
}
