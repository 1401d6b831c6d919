import { fileURLToPath } from "node:url";
import { convexToJson, type Value } from "convex/values";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Call, Engine, Outcome } from "../../bots/sandbox/convex/engine.ts";
import { read, turns } from "../support/convexHost/steps.ts";
import { type Refer, transcribe } from "../support/convexHost/transcript.ts";
import { createChance } from "../support/convexHost/values.ts";
import { createMemoryEngine } from "../support/convexHost/engines.ts";

// What is answered from memory, because no write has touched it, must be what running it again
// would give: random queries are followed through random writes.

const functions = fileURLToPath(
  new URL("../support/convexHost/differentialFunctions", import.meta.url),
);
const followed = 40;
const steps = 900;

beforeAll(() => void vi.spyOn(process.stderr, "write").mockReturnValue(true));
afterAll(() => void vi.restoreAllMocks());

/** How often a followed query was answered wrongly, and how many were run for it. */
async function follow(seed: number, engine: Engine) {
  const chance = createChance(seed + 1_000);
  const wanted = Array.from({ length: followed }, () => read(chance));
  let calls: Call[] | undefined;
  let wrong = 0;
  let answered = 0;
  const answers = new Set<Outcome>();
  await transcribe(engine, turns(seed, steps), async (refer) => {
    // Each follows the same documents from the beginning to the end.
    calls ??= wanted.map((step) => callOf(step, refer));
    const { outcomes } = await engine.queries(calls);
    for (const [index, call] of calls.entries()) {
      const outcome = outcomes[index];
      if (outcome !== undefined) answers.add(outcome);
      answered += 1;
      const fresh = await engine.query(call);
      if (told(fresh) !== told(outcome)) wrong += 1;
    }
  });
  return { wrong, share: answers.size / answered };
}

function callOf(step: object, refer: Refer): Call {
  const args = convexToJson(refer({ steps: [step] }) as Value);
  return { path: "steps:ask", args, auth: { kind: "none" } };
}

const told = (outcome: Outcome | undefined): string =>
  JSON.stringify(outcome?.ok ? outcome.value : outcome?.failure.message);

test.each([1, 2, 3, 4])("a followed query is never behind: seed %i", async (seed) => {
  const engine = await createMemoryEngine(functions);
  const { wrong, share } = await follow(seed, engine);
  await engine.close();
  expect(wrong).toBe(0);
  // Most are not run again: only what is written where they have read makes that necessary.
  expect(share).toBeLessThan(0.6);
});

test("an engine that forgets to look again is found out", async () => {
  const engine = await createMemoryEngine(functions);
  const answers = new Map<string, Outcome>();
  const forgetful: Engine = {
    ...engine,
    async queries(calls) {
      const { ts, outcomes } = await engine.queries(calls);
      const known = calls.map((call, index) => {
        const key = JSON.stringify(call);
        const outcome = answers.get(key) ?? outcomes[index];
        if (outcome === undefined) throw new Error("A query was left unanswered");
        // Only the searches, which are the least of them.
        if (key.includes('"do":"search"')) answers.set(key, outcome);
        return outcome;
      });
      return { ts, outcomes: known };
    },
  };
  const { wrong } = await follow(1, forgetful);
  await engine.close();
  expect(wrong).toBeGreaterThan(0);
});
