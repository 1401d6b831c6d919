import type { ChatEmulator } from "../../bots/sandbox/contract.ts";
import { heapFlags } from "../../bots/environment.ts";
import { botsEnvironment } from "../../bots/sandbox/server/bots.ts";
import { freePort, type Started, startProcess } from "../../bots/sandbox/server/process.ts";
import type { World } from "./world.ts";

/** A bot at work, in a process of its own. */
export type RunningBot = {
  pid: number;
  signal: (name: NodeJS.Signals) => void;
  stop: () => Promise<void>;
};

/**
 * Plaza's bots, unmodified, as `npm run bots` runs them; but who measures asks more often than the
 * `perMinute` requests that a person has.
 */
export async function startPlaza(
  world: World,
  { nodeOptions = "", perMinute = 1_000_000 } = {},
): Promise<RunningBot> {
  const port = await freePort();
  const started = startProcess(
    new URL("../../bots/main.ts", import.meta.url),
    {
      ...botsEnvironment(world, port),
      REQUESTS_PER_MINUTE: String(perMinute),
      LOG_LEVEL: "warn",
      NODE_OPTIONS: nodeOptions,
    },
    { isLoud: true, flags: heapFlags },
  );
  const { child, firstLine } = started;
  // It prints nothing where all is well, and what it says of its end is seen below.
  firstLine.then(console.error, () => undefined);
  while (!(await isReady(port))) {
    if (child.exitCode !== null) throw new Error("the bots ended before they were ready");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return running(started, async () => await started.stop());
}

async function isReady(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
  await answer?.arrayBuffer();
  return answer?.ok === true;
}

/** One of the bots to compare with. */
export async function startEcho(
  name: "grammy" | "telegraf" | "discord",
  { token, url }: ChatEmulator,
): Promise<RunningBot> {
  const started = startProcess(
    new URL(`echo/${name}.ts`, import.meta.url),
    { BOT_TOKEN: token, API_ROOT: url },
    { isLoud: false },
  );
  await started.firstLine;
  return running(started, async () => await started.kill());
}

function running({ child }: Started, stop: () => Promise<void>): RunningBot {
  return { pid: child.pid ?? 0, signal: (name) => void child.kill(name), stop };
}
