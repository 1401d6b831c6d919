import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { boardReads, boards } from "./boards.ts";
import { startPlaza } from "./bots.ts";
import { broadcast } from "./broadcast.ts";
import { type Chat, discordChat, telegramChat } from "./chat.ts";
import { engineCosts, printEngineCosts } from "./engine.ts";
import { flood } from "./flood.ts";
import { giving } from "./giving.ts";
import { memory } from "./memory.ts";
import { reads } from "./reads.ts";
import { syncs } from "./sync.ts";
import { printTable } from "./table.ts";
import { told } from "./told.ts";
import { startWorld } from "./world.ts";

// `npm run bench`: what Plaza costs, as tables and as JSON; `-- --json FILE` keeps the JSON.

const { json } = parseArgs({ options: { json: { type: "string" } } }).values;
const crowd = 1_000;

const results = {
  node: process.versions.node,
  processor: `${cpus().length} x ${cpus()[0]?.model ?? "unknown"}`,
  ...(await ofBots()),
  syncs: await step("what a sync writes", syncs),
  giving: await step("a week's distribution", () => giving([1_000, 10_000, 100_000])),
  engines: await step("the embedded host", engineCosts),
  boardReads: await step("what a board reads", async () => await boardReads([1_000, 10_000])),
  reads: await step("what /events reads", async () => await reads([1_000, 10_000, 100_000])),
};
print(results);
const text = JSON.stringify(results, null, 2);
console.log(`\n${text}`);
if (json !== undefined) await writeFile(json, `${text}\n`);
process.exit(0);

async function ofBots() {
  const world = await startWorld(crowd);
  const telegram = await step("Telegram", async () => await telegramChat(world));
  const discord = await step("Discord", async () => await discordChat(world));
  const floods = await step("a flood", async () => await flood(world));
  const bots = await startPlaza(world);
  const changes = await step("from a change to a message", async () => await told(world));
  const live = await step("boards", async () => await boards(world));
  const broadcasts = await step("a broadcast", async () => await broadcast(world));
  await bots.stop();
  const marks = [20_000, 60_000, 100_000];
  const memories = await step("memory", async () => await memory(world, marks, crowd));
  await world.close();
  return { telegram, discord, floods, changes, boards: live, broadcasts, memories };
}

/** Says on the error stream what is going on; standard output has the results alone. */
async function step<T>(name: string, work: () => T | Promise<T>): Promise<T> {
  const began = performance.now();
  process.stderr.write(`${name} ...`);
  const result = await work();
  process.stderr.write(` ${((performance.now() - began) / 1000).toFixed(0)} s\n`);
  return result;
}

type Results = typeof results;

function print(all: Results) {
  const { telegram, discord, changes, broadcasts, memories, syncs, giving, reads } = all;
  printChat("/events in Telegram", telegram);
  printChat("/events in Discord", discord);
  printTable("One person's flood in Telegram, and what others notice, ms", [all.floods]);
  const rows = Object.entries(changes).map(([to, taken]) => ({ to, ...taken }));
  printTable("From a changed calendar to the message, ms", rows);
  printTable(
    "From a change to the edited board, ms, and edits under load",
    Object.entries(all.boards).map(([platform, cost]) => ({ platform, ...cost })),
  );
  printTable(
    "A broadcast: messages in the busiest second",
    Object.entries(broadcasts).map(([platform, sent]) => ({ platform, ...sent })),
  );
  printTable("Memory of the bots' process, MB", memories);
  printTable("Documents written by a sync", [syncs]);
  printTable("Documents of a week's distribution, in all transactions and in the largest", giving);
  printEngineCosts(all.engines);
  printTable("Read by the claim of one waiting board", all.boardReads);
  printTable(
    "Read by the queries of /events",
    reads.flatMap(({ events, queries }) =>
      Object.entries(queries).map(([query, cost]) => ({ query, events, ...cost })),
    ),
  );
}

function printChat(title: string, chat: Chat) {
  const rows = Object.entries(chat).map(([bot, { one, fifty }]) => ({
    bot,
    "1 user: median ms": one.median,
    p95: one.p95,
    "a second": Math.round(one.perSecond),
    "50 users: median": fifty.median,
    "p95 ": fifty.p95,
    "a second ": Math.round(fifty.perSecond),
  }));
  printTable(title, rows);
}
