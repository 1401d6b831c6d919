import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Act } from "../../bots/sandbox/contract.ts";
import { type RunningBot, startPlaza } from "./bots.ts";
import { closedLoop } from "./load.ts";
import type { World } from "./world.ts";

/** In megabytes: what the process holds, and what of it is JavaScript's heap. */
export type Memory = { updates: number; rss: number; heap: number };

const users = 50;
/** Three updates in four are Telegram's. */
const telegramShare = 0.75;

/** Memory of the bots' process after so many updates from `crowd` people on both platforms. */
export async function memory(
  world: World,
  marks: readonly number[],
  crowd: number,
): Promise<Memory[]> {
  const folder = await mkdtemp(join(tmpdir(), "plaza-bench-"));
  // Node writes a report on a signal: the process is asked nothing that it does not do anyway.
  const report = `--report-directory=${folder} --report-filename=report.json`;
  const bot = await startPlaza(world, {
    nodeOptions: `--report-on-signal --report-exclude-network ${report}`,
  });
  const measured: Memory[] = [];
  let done = 0;
  for (const updates of marks) {
    await drive(world, crowd, updates - done);
    done = updates;
    measured.push({ updates, ...(await look(bot, join(folder, "report.json"))) });
  }
  await bot.stop();
  await rm(folder, { recursive: true });
  return measured;
}

/** Everybody's turn comes around, and they do not all ask for the same. */
async function drive({ telegram, discord }: World, crowd: number, updates: number): Promise<void> {
  const forTelegram = Math.round(updates * telegramShare);
  let turn = 0;
  const next = () => {
    turn += 1;
    return { as: `user-${turn % crowd}`, when: whens[turn % whens.length] ?? "" };
  };
  const say = async () => {
    const { as, when } = next();
    return await telegram.act({ as, in: "dm", do: "say", text: `/events ${when}` } satisfies Act);
  };
  const command = async () => {
    const { as, when } = next();
    const options: Record<string, string> = when ? { when } : {};
    return await discord.act({ as, in: "dm", do: "command", name: "events", options });
  };
  await Promise.all([
    closedLoop(users, forTelegram, say),
    closedLoop(users, updates - forTelegram, command),
  ]);
}

const whens = ["", "today", "tomorrow", "week", "weekend", "month"];

async function look(
  { pid, signal }: RunningBot,
  path: string,
): Promise<{ rss: number; heap: number }> {
  await rm(path, { force: true });
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  signal("SIGUSR2");
  const { javascriptHeap } = await reportAt(path);
  const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
  return { rss: (kilobytes * 1024) / 1e6, heap: javascriptHeap.usedMemory / 1e6 };
}

type Report = { javascriptHeap: { usedMemory: number } };

/** The report, once it is written to its end. */
async function reportAt(path: string): Promise<Report> {
  for (let tries = 0; tries < 100; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const text = await readFile(path, "utf8").catch(() => "");
    if (text.trimEnd().endsWith("}")) return JSON.parse(text) as Report;
  }
  throw new Error("Node wrote no report");
}
