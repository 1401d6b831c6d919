import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConvexTestEngine } from "../support/convexTestEngine/index.ts";
import type { Engine } from "../../bots/sandbox/convex/engine.ts";
import { createSqliteEngine } from "../../bots/sandbox/convex/sqlite/index.ts";
import type { EngineCosts, Latency, MemoryMark, Quantiles } from "./engine.ts";
import { pushed } from "./enginePush.ts";
import { quantile } from "./load.ts";

// One engine by itself in this process, so that its memory is its own: the engine's name is the
// argument, the result is JSON.

const groups = 50;
const batch = 4_000;
const sizes = [1_000, 10_000, 100_000];
const repeats = 400;
/** What takes a tenth of a second each time is known after fewer. */
const patienceMs = 15_000;
const memoryMarks = [20_000, 60_000, 100_000];
const auth = { kind: "none" } as const;

const functions = new URL("engineFunctions", import.meta.url).pathname;
const name = process.argv[2] === "sqlite" ? "sqlite" : "convex-test";
const folder = await mkdtemp(join(tmpdir(), "plaza-bench-"));
let files = 0;

// As the sandbox does: a file, written to before a mutation is answered.
const create = async (): Promise<Engine> =>
  name === "convex-test"
    ? await createConvexTestEngine(functions)
    : await createSqliteEngine(functions, { file: join(folder, `${(files += 1)}.sqlite`) });

const result: EngineCosts = {
  engine: name,
  // First, while there is nothing else in this process.
  memory: await memory(),
  latency: await latency(),
  push: await pushed(functions, create),
};
await rm(folder, { recursive: true });
process.stdout.write(JSON.stringify(result));
process.exit(0);

/** An indexed query and a small mutation, at each size. */
async function latency(): Promise<Latency[]> {
  const engine = await create();
  const measured: Latency[] = [];
  let stored = 0;
  for (const documents of sizes) {
    await fill(engine, stored, documents);
    stored = documents;
    const query = await times((turn) => ask(engine, turn));
    const mutation = await times((turn) => add(engine, turn));
    measured.push({ documents, query: of(query), mutation: of(mutation), sampled: query.length });
  }
  await engine.close();
  return measured;
}

function of(taken: readonly number[]): Quantiles {
  return { p50: quantile(taken, 0.5), p95: quantile(taken, 0.95) };
}

/** Milliseconds of each turn, after some that are not counted. */
async function times(work: (turn: number) => Promise<void>): Promise<number[]> {
  const taken: number[] = [];
  const began = performance.now();
  const warmUp = 20;
  for (let turn = 0; turn < repeats + warmUp; turn += 1) {
    const from = performance.now();
    await work(turn);
    taken.push(performance.now() - from);
    if (performance.now() - began > patienceMs) break;
  }
  return taken.slice(Math.min(warmUp, Math.floor(taken.length / 4)));
}

/** What stays after so many queries; convex-test, which takes its time, is asked a tenth of it. */
async function memory(): Promise<MemoryMark[]> {
  const engine = await create();
  await fill(engine, 0, 1_000);
  const share = name === "sqlite" ? 1 : 0.1;
  const marks: MemoryMark[] = [];
  let asked = 0;
  for (const mark of memoryMarks) {
    for (; asked < mark * share; asked += 1) await ask(engine, asked);
    globalThis.gc?.();
    const { heapUsed, rss } = process.memoryUsage();
    marks.push({ queries: asked, heap: heapUsed / 1e6, rss: rss / 1e6 });
  }
  await engine.close();
  return marks;
}

async function fill(engine: Engine, stored: number, documents: number): Promise<void> {
  for (let from = stored; from < documents; from += batch) {
    const to = Math.min(documents, from + batch);
    await run(engine.mutation({ path: "entries:fill", args: { from, to, groups }, auth }));
  }
}

async function ask(engine: Engine, turn: number): Promise<void> {
  const args = { group: `group ${turn % groups}` };
  await run(engine.query({ path: "entries:first", args, auth }));
}

async function add(engine: Engine, turn: number): Promise<void> {
  const args = { group: `group ${turn % groups}`, rank: -turn };
  await run(engine.mutation({ path: "entries:add", args, auth }));
}

async function run(call: ReturnType<Engine["query"]>): Promise<void> {
  const outcome = await call;
  if (!outcome.ok) throw new Error(outcome.failure.stack ?? outcome.failure.message);
}
