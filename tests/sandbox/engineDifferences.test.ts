import { fileURLToPath } from "node:url";
import { convexToJson, type JSONValue } from "convex/values";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createConvexTestEngine } from "../support/convexTestEngine/index.ts";
import type { Engine } from "../../bots/sandbox/convex/engine.ts";
import type { Range, Step } from "../support/convexHost/differentialFunctions/step.ts";
import { createMemoryEngine } from "../support/convexHost/engines.ts";

// Where the two engines do not answer alike, and what Convex's documentation says: the random steps
// keep away from these.

const functions = fileURLToPath(
  new URL("../support/convexHost/differentialFunctions", import.meta.url),
);

let convexTest: Engine;
let sqlite: Engine;
beforeAll(async () => {
  convexTest = await createConvexTestEngine(functions);
  sqlite = await createMemoryEngine(functions);
});
afterAll(async () => {
  await convexTest.close();
  await sqlite.close();
});

async function write(engine: Engine, steps: Step[]): Promise<JSONValue[]> {
  const args = convexToJson({ steps, fails: false });
  const outcome = await engine.mutation({ path: "steps:write", args, auth: { kind: "none" } });
  if (!outcome.ok) throw new Error(outcome.failure.message);
  return outcome.value as JSONValue[];
}

const last = async (engine: Engine, steps: Step[]): Promise<JSONValue | undefined> =>
  (await write(engine, steps)).at(-1);

/** What each answers to the last of the steps. */
const both = async (steps: Step[]) => ({
  convexTest: await last(convexTest, steps),
  sqlite: await last(sqlite, steps),
});

const all = { eq: [], bounds: [], order: "asc" } as const;

describe("unlike convex-test, as Convex documents it", () => {
  test("a filter compares values of different types by Convex's order of types", async () => {
    // docs.convex.dev/database/types: undefined, null, bigint, number, boolean, string, ...
    const filter = { op: "gt", field: "a", value: 1 } as const;
    const answers = await both([
      { do: "empty", table: "things" },
      { do: "insert", table: "things", value: { a: "text" } },
      { do: "insert", table: "things", value: { a: null } },
      {
        do: "range",
        range: { table: "things", ...all, eq: [], bounds: [], filter },
        end: "collect",
      },
    ]);
    expect(answers.convexTest).toEqual([]);
    expect(answers.sqlite).toMatchObject([{ a: "text" }]);
  });

  test("removing a field that is not there changes nothing", async () => {
    // docs.convex.dev/database/writing-data: patch removes fields that are set to undefined.
    const answers = await both([
      { do: "insert", table: "strict", value: { kind: "one", list: [] } },
      { do: "patch", id: { made: 0, table: "strict" }, value: {}, unset: ["b"] },
    ]);
    expect(answers).toEqual({ convexTest: { failed: true }, sqlite: null });
  });

  test("an id that is none is an error, not a document that is gone", async () => {
    const answers = await both([{ do: "get", id: "nonsense" }]);
    expect(answers).toEqual({ convexTest: null, sqlite: { failed: true } });
  });

  test("half of a surrogate pair is no text, neither to keep nor to look for", async () => {
    // docs.convex.dev/database/types: strings are UTF-8 and must be valid Unicode sequences.
    const kept = await both([{ do: "insert", table: "things", value: { a: "x\ud800" } }]);
    expect(kept).toMatchObject({ convexTest: { table: "things" }, sqlite: { failed: true } });
    const eq: Range["eq"] = [{ field: "a", value: ["x\udfff"] }];
    const range: Range = { ...all, table: "things", index: "by_a", eq, bounds: [] };
    const found = await both([{ do: "range", range, end: "collect" }]);
    expect(found).toEqual({ convexTest: [], sqlite: { failed: true } });
  });

  test("only the last word of a search stands for whatever begins with it", async () => {
    // docs.convex.dev/search/text-search: prefix matching for the final term.
    const found = await both([
      { do: "empty", table: "texts" },
      { do: "insert", table: "texts", value: { text: "apple", tag: "x" } },
      { do: "insert", table: "texts", value: { text: "figs", tag: "x" } },
      { do: "search", words: "app fig" },
    ]);
    expect(counted(found.convexTest)).toBe(2);
    expect(counted(found.sqlite)).toBe(1);
  });

  test("what is scheduled and has run cannot be cancelled any more", async () => {
    // docs.convex.dev/scheduling/scheduled-functions: cancel stops what has not started yet.
    const states: JSONValue[] = [];
    for (const engine of [convexTest, sqlite]) {
      const later: Step = { do: "later", inMs: 0, tag: "x", fails: false };
      const { inserted } = (await last(engine, [later])) as { inserted: string };
      const state = async () => stateOf(await last(engine, [{ do: "jobs" }]), inserted);
      await expect.poll(state).toBe("success");
      await write(engine, [{ do: "cancel", id: inserted }]);
      states.push(await state());
    }
    expect(states).toEqual(["canceled", "success"]);
  });
});

const counted = (answer: JSONValue | undefined): number =>
  (answer as { found: string[] }).found.length;

const stateOf = (jobs: JSONValue | undefined, id: string): string =>
  (jobs as { _id: string; state: string }[]).find(({ _id }) => _id === id)?.state ?? "";
