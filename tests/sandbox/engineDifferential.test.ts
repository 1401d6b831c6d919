import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { JSONValue } from "convex/values";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createConvexTestEngine } from "../support/convexTestEngine/index.ts";
import type { Call, Engine, Outcome } from "../../bots/sandbox/convex/engine.ts";
import { createReplaceableEngine } from "../../bots/sandbox/convex/replaceableEngine.ts";
import { createSqliteEngine } from "../../bots/sandbox/convex/sqlite/index.ts";
import type { Step } from "../support/convexHost/differentialFunctions/step.ts";
import { createMemoryEngine } from "../support/convexHost/engines.ts";
import { stepsOf, turns } from "../support/convexHost/steps.ts";
import { firstDifference, transcribe } from "../support/convexHost/transcript.ts";

// The same random steps on both engines: whatever one answers, the other must. What convex-test
// does unlike Convex itself is kept out of the steps and tried in engine-differences.test.ts. Of
// errors it is compared that there is one: convex-test has messages of its own.

const functions = fileURLToPath(
  new URL("../support/convexHost/differentialFunctions", import.meta.url),
);
const convexTest = async (): Promise<Engine> => await createConvexTestEngine(functions);

const sqlite = async (): Promise<Engine> => await createMemoryEngine(functions);

const seeds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const stepsEach = 2_100;
const stepsToFind = 700;

// Scheduled functions that fail as they are told to are reported there.
beforeAll(() => void vi.spyOn(process.stderr, "write").mockReturnValue(true));
afterAll(() => void vi.restoreAllMocks());

// Many steps fail, as they should, and nobody reads where.
const { stackTraceLimit } = Error;
beforeAll(() => void (Error.stackTraceLimit = 0));
afterAll(() => void (Error.stackTraceLimit = stackTraceLimit));

async function transcriptOf(seed: number, steps: number, create: () => Promise<Engine>) {
  const engine = await create();
  try {
    return await transcribe(engine, turns(seed, steps));
  } finally {
    await engine.close();
  }
}

async function compare(seed: number, steps: number, create: () => Promise<Engine>) {
  const expected = await transcriptOf(seed, steps, convexTest);
  const actual = await transcriptOf(seed, steps, create);
  return firstDifference(turns(seed, steps), [expected, actual]);
}

test("there are enough steps", () => {
  const steps = seeds.flatMap((seed) => turns(seed, stepsEach)).map(stepsOf);
  expect(steps.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(20_000);
});

test.each(seeds)("both engines answer alike: seed %i", async (seed) => {
  expect(await compare(seed, stepsEach, sqlite)).toBeNull();
});

test("an engine that is closed and opened again all the time has lost nothing", async () => {
  const folder = await mkdtemp(join(tmpdir(), "plaza-engine-"));
  const open = async (directory: string): Promise<Engine> =>
    await createSqliteEngine(directory, { file: join(folder, "data.sqlite") });
  const { engine, replace } = await createReplaceableEngine(open, functions);
  let turn = 0;
  const actual = await transcribe(engine, turns(1, stepsEach), async () => {
    turn += 1;
    if (turn % 5 === 0) await replace(functions);
  });
  await engine.close();
  await rm(folder, { recursive: true });
  const expected = await transcriptOf(1, stepsEach, convexTest);
  expect(firstDifference(turns(1, stepsEach), [expected, actual])).toBeNull();
});

test("an engine that turns one kind of range around is found out", async () => {
  const backwards = async (): Promise<Engine> => {
    const engine = await convexTest();
    return { ...engine, query: async (call) => turned(call, await engine.query(call)) };
  };
  expect(await compare(1, stepsToFind, backwards)).toMatchObject({ turn: { do: "ask" } });
});

test("an engine that keeps what a failed transaction wrote is found out", async () => {
  const keeping = async (): Promise<Engine> => {
    const engine = await convexTest();
    const kept = (args: JSONValue): JSONValue => ({ ...(args as object), fails: false });
    return {
      ...engine,
      async mutation(call) {
        const { fails } = call.args as { fails: boolean };
        const outcome = await engine.mutation({ ...call, args: kept(call.args) });
        if (!fails || !outcome.ok) return outcome;
        const failure = { message: "", data: JSON.stringify({ answers: outcome.value }) };
        return { ok: false, failure, logLines: [], ts: outcome.ts };
      },
    };
  };
  expect(await compare(1, stepsToFind, keeping)).not.toBeNull();
});

/** Ranges over one index that go down come out going up. */
function turned({ args }: Call, outcome: Outcome): Outcome {
  if (!outcome.ok || !Array.isArray(outcome.value)) return outcome;
  const { steps } = args as unknown as { steps: Step[] };
  const value = outcome.value.map((answer, index) => {
    const step = steps[index];
    const isOne = step?.do === "range" && step.range.index === "by_a_and_b";
    const wrong = isOne && step.range.order === "desc" && Array.isArray(answer);
    return wrong ? answer.toReversed() : answer;
  });
  return { ...outcome, value };
}
