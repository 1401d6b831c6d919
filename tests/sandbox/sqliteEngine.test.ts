import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { convexToJson, jsonToConvex, type Value } from "convex/values";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Engine, Outcome } from "../../bots/sandbox/convex/engine.ts";
import { createSqliteEngine } from "../../bots/sandbox/convex/sqlite/index.ts";

const functions = fileURLToPath(new URL("../support/convexHost/sqliteFunctions", import.meta.url));
const laterFunctions = fileURLToPath(
  new URL("../support/convexHost/laterFunctions", import.meta.url),
);
const start = Date.UTC(2031, 0, 1);

let clock = start;
let directory = "";
let engine: Engine;

const open = (from = functions): Promise<Engine> =>
  createSqliteEngine(from, {
    file: join(directory, "data.sqlite"),
    now: () => clock,
    onError: () => undefined,
  });

beforeEach(async () => {
  clock = start;
  directory = mkdtempSync(join(tmpdir(), "sqlite-engine-"));
  engine = await open();
});
afterEach(async () => {
  await engine.close();
  rmSync(directory, { recursive: true });
});

type Kind = "query" | "mutation" | "action";
type Args = Record<string, Value>;

const callOf = (name: string, args: Args = {}) => ({
  path: `tries:${name}`,
  args: convexToJson(args),
  auth: { kind: "none" } as const,
});

/** What the function answers; throws what it throws. */
async function run(kind: Kind, name: string, args: Args = {}): Promise<Value> {
  const outcome: Outcome = await engine[kind](callOf(name, args));
  if (!outcome.ok) throw new Error(outcome.failure.message);
  return jsonToConvex(outcome.value);
}

const add = (name: string, n = 0, tag?: string): Promise<Value> =>
  run("mutation", "add", { name, n, ...(tag !== undefined && { tag }) });

describe("what functions find around them", () => {
  test("is a clock that stands still, the host's own", async () => {
    clock += 12_345;
    const found = (await run("mutation", "surroundings")) as Record<string, Value>;
    expect(found).toMatchObject({ before: [clock, clock], after: clock, created: clock });
    clock += 1000;
    expect(await run("action", "waits")).toBe(clock);
  });

  test("is other chance each time, and times of creation that rise in the same moment", async () => {
    const first = (await run("mutation", "surroundings")) as Record<string, Value>;
    const second = (await run("mutation", "surroundings")) as Record<string, Value>;
    expect(first["randoms"]).not.toEqual(second["randoms"]);
    expect(Number(second["created"])).toBeGreaterThan(Number(first["created"]));
  });

  test.each([
    ["fetch", "fetch()"],
    ["setTimeout", "setTimeout"],
    ["setInterval", "setInterval"],
  ])("is no %s in a mutation", async (what, told) => {
    await expect(run("mutation", "refuses", { what })).rejects.toThrow(
      `Can't use ${told} in queries and mutations. Please consider using an action.`,
    );
  });

  test("is nothing that this host lacks, which is said by name", async () => {
    await expect(run("mutation", "signs")).rejects.toThrow("signJwt");
  });
});

describe("a document", () => {
  test.each<[string, Value, string]>([
    ["a wrong type", { name: 1, n: 1 }, "Path: .name\nValue: 1.0\nValidator: v.string()"],
    [
      "a missing field",
      { name: "a" },
      'missing the required field `n`. Consider wrapping the field validator in `v.optional(...)` if this is expected.\n\nObject: {name: "a"}\nValidator: v.object({name: v.string(), n: v.float64(), tag: v.optional(v.string())})',
    ],
    ["a field too many", { name: "a", n: 1, x: 1 }, "extra field `x`"],
  ])("with %s does not enter its table", async (_, value, message) => {
    await expect(run("mutation", "insertAny", { table: "items", value })).rejects.toThrow(message);
  });

  test.each<[string, Value, string]>([
    ["of more than 1 MiB", { text: "x".repeat(2 ** 20) }, "Value is too large"],
    ["with a very long list", { list: Array(8193).fill(0) as Value }, "Array length is too long"],
    ["with an underscore", { _own: 1 }, "starts with an underscore"],
    ["nested too deeply", { deep: nested(64) }, "too deeply nested"],
  ])("%s does not enter any", async (_, value, message) => {
    await expect(run("mutation", "insertAny", { table: "loose", value })).rejects.toThrow(message);
  });

  test("makes its table, which has a name", async () => {
    await run("mutation", "insertAny", { table: "fresh", value: {} });
    expect(await engine.tables()).toMatchObject({ fresh: 1, items: 0 });
    const unnamed = run("mutation", "insertAny", { table: "two words", value: {} });
    await expect(unnamed).rejects.toThrow("Table names must be valid identifiers");
  });

  test("is changed as asked, and not where it is gone or of another table", async () => {
    const id = await add("changed", 1, "x");
    await run("mutation", "change", { id, to: { n: 2 }, how: "patch" });
    expect(await run("query", "get", { id })).toMatchObject({ name: "changed", n: 2, tag: "x" });
    await run("mutation", "change", { id, to: { name: "new", n: 3 }, how: "replace" });
    expect(await run("query", "get", { id })).not.toHaveProperty("tag");
    expect(await run("query", "count", { name: "changed" })).toBe(0);
    const other = await run("mutation", "insertAny", { table: "loose", value: {} });
    const wrong = run("mutation", "change", { id: other, to: {}, how: "patch" });
    await expect(wrong).rejects.toThrow("expected ID in table 'items' but got ID in table 'loose'");
    await expect(run("query", "get", { id: other })).rejects.toThrow("from table `loose`");
  });
});

const nested = (depth: number): Value => (depth === 0 ? 1 : [nested(depth - 1)]);

describe("a transaction", () => {
  test("undoes a nested call alone, and tells its caller why", async () => {
    expect(await run("mutation", "nests")).toEqual({
      data: { code: "refused", big: 5n },
      refused: 0,
      nested: 1,
      beside: 1,
    });
    expect(await run("query", "count", { name: "beside" })).toBe(1);
  });

  test("does not have in it what goes on after it", async () => {
    await run("mutation", "leaves");
    await new Promise((resolve) => setTimeout(resolve, 20));
    await add("other");
    expect(await run("query", "count", { name: "left" })).toBe(0);
  });

  test("can look at what was before it", async () => {
    expect(await run("mutation", "looksBack")).toEqual([0, 1]);
    expect(await run("query", "count", { name: "new" })).toBe(1);
  });

  test("writes its moment where it is asked to", async () => {
    const outcome = await engine.mutation(callOf("stamp"));
    expect(outcome.ok && jsonToConvex(outcome.value)).toBe(outcome.ts);
    expect(await run("query", "stamps")).toEqual([outcome.ts]);
  });

  test("is measured and held to Convex's limits", async () => {
    const [written, read] = (await run("mutation", "metrics")) as [Args, Args];
    expect(written).toEqual({ used: 1, remaining: 15_999 });
    expect(read["used"]).toBe(0);
    await expect(run("query", "readsTooMuch")).rejects.toThrow("(limit: 4096)");
  });

  test("that is sent again by its client is not run again, not even after a restart", async () => {
    const call = { ...callOf("add", { name: "once" }), once: { session: "s", request: 1 } };
    const first = await engine.mutation(call);
    await engine.close();
    engine = await open();
    const second = await engine.mutation(call);
    expect(second.ok && first.ok && second.value === first.value).toBe(true);
    expect(await run("query", "count", { name: "once" })).toBe(1);
  });
});

describe("a range of an index", () => {
  type Steps = [op: string, field: string, value: number][];
  const ranged = (steps: Steps): Promise<Value> => run("query", "ranged", { steps });

  test("is named by fields in any order, if they are the first of the index", async () => {
    await run("mutation", "insertAny", { table: "pairs", value: { a: 1, b: 2 } });
    await run("mutation", "insertAny", { table: "pairs", value: { a: 1, b: 3 } });
    expect(
      await ranged([
        ["eq", "b", 2],
        ["eq", "a", 1],
      ]),
    ).toEqual([2]);
    expect(
      await ranged([
        ["eq", "a", 1],
        ["gt", "b", 2],
        ["lte", "b", 3],
      ]),
    ).toEqual([3]);
  });

  test.each<[string, Steps, string]>([
    ["leaves a field out", [["eq", "b", 1]], 'First incorrect field: "b"'],
    [
      "names another field",
      [["eq", "c", 1]],
      'pairs.by_a_and_b with fields ["a", "b", "_creationTime"]',
    ],
    [
      "says one thing twice",
      [
        ["eq", "a", 1],
        ["eq", "a", 2],
      ],
      'Can\'t add "a" == 2.0.',
    ],
    [
      "has two lower bounds",
      [
        ["gt", "a", 1],
        ["gte", "a", 2],
      ],
      "Already defined lower bound",
    ],
    [
      "bounds two fields",
      [
        ["gt", "a", 1],
        ["lt", "b", 2],
      ],
      'on both "a" and "b"',
    ],
    [
      "bounds what is given",
      [
        ["eq", "a", 1],
        ["lt", "a", 2],
      ],
      "Already defined inequality bound",
    ],
  ])("that %s is refused as Convex refuses it", async (_, steps, message) => {
    await expect(ranged(steps)).rejects.toThrow(message);
  });
});

describe("a subscription", () => {
  const calls = [
    callOf("count", { name: "a" }),
    callOf("count", { name: "b" }),
    callOf("firstFrom", { n: 5 }),
    callOf("searchPage", { text: "a", cursor: null }),
  ];
  /** Which of them a write had run again. */
  async function wokenBy(write: () => Promise<unknown>): Promise<boolean[]> {
    const before = await engine.queries(calls);
    await write();
    const after = await engine.queries(calls);
    return after.outcomes.map((outcome, i) => outcome !== before.outcomes[i]);
  }

  test("is woken by writes into what it has read, and by no others", async () => {
    await add("first", 7);
    expect(await wokenBy(() => add("a", 9))).toEqual([true, false, false, true]);
    expect(await wokenBy(() => add("c", 6))).toEqual([false, false, true, true]);
    expect(await wokenBy(() => add("d", 4))).toEqual([false, false, false, true]);
    const value = { any: 1 };
    const elsewhere = () => run("mutation", "insertAny", { table: "loose", value });
    expect(await wokenBy(elsewhere)).toEqual([false, false, false, false]);
  });

  test("is woken by what leaves its range, and not by what is refused", async () => {
    const id = await add("a", 1);
    const move = () => run("mutation", "change", { id, to: { name: "b" }, how: "patch" });
    expect(await wokenBy(move)).toEqual([true, true, false, true]);
    const refused = () => add("refused").catch(() => undefined);
    expect(await wokenBy(refused)).toEqual([false, false, false, false]);
  });

  test("is woken when its table comes to be", async () => {
    const path = "_system/cli/tableData:default";
    const paginationOpts = { numItems: 5, cursor: null };
    const args = { table: "unborn", paginationOpts };
    const call = { path, args, auth: { kind: "none" } as const };
    const before = await engine.queries([call]);
    await run("mutation", "insertAny", { table: "unborn", value: {} });
    const after = await engine.queries([call]);
    expect(after.outcomes).not.toEqual(before.outcomes);
    expect(after.ts).toBeGreaterThan(before.ts);
  });
});

describe("a search", () => {
  test("finds words, the last one as it is typed, rarer ones first", async () => {
    await add("Coffee with Ana", 0, "x");
    await add("Coffee, coffee and cake", 0, "y");
    await add("Tea", 0, "x");
    expect(await run("query", "search", { text: "cof" })).toEqual([
      "Coffee, coffee and cake",
      "Coffee with Ana",
    ]);
    expect(await run("query", "search", { text: "coffee ana" })).toEqual([
      "Coffee with Ana",
      "Coffee, coffee and cake",
    ]);
    expect(await run("query", "search", { text: "coffee", tag: "x" })).toEqual(["Coffee with Ana"]);
    expect(await run("query", "search", { text: "cof an" })).toEqual([
      "Coffee, coffee and cake",
      "Coffee with Ana",
    ]);
  });

  test("goes through its pages to the end", async () => {
    for (const name of ["one word", "two words", "three words", "no match"]) await add(name);
    let cursor: Value = null;
    const seen: Value[] = [];
    for (let isDone: Value = false; isDone !== true;) {
      const page = (await run("query", "searchPage", { text: "word", cursor })) as Args;
      seen.push(...(page["page"] as Args[]).map(({ name }) => name ?? null));
      ({ isDone = true, continueCursor: cursor = null } = page);
    }
    expect(seen).toEqual(["three words", "two words", "one word"]);
  });

  test("by vectors finds what is nearest", async () => {
    for (const at of [
      [1, 0],
      [0, 1],
      [1, 1],
    ]) {
      await run("mutation", "insertAny", { table: "vectors", value: { name: "v", at } });
    }
    expect(await run("action", "nearest", { vector: [2, 0] })).toEqual([1, 0.71]);
  });
});

describe("what is scheduled", () => {
  async function until(isSo: () => Promise<boolean>): Promise<void> {
    while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  test("runs when the host's clock says so, wherever that is moved", async () => {
    await run("mutation", "later", { inMs: 60 * 86_400_000 });
    clock += 59 * 86_400_000;
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect(await run("query", "count", { name: "later" })).toBe(0);
    clock += 86_400_000;
    await until(async () => (await run("query", "count", { name: "later" })) === 1);
  });

  test("does not run once it is cancelled", async () => {
    const id = await run("mutation", "later", { inMs: 1000 });
    await run("mutation", "cancel", { id });
    clock += 2000;
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect(await run("query", "count", { name: "later" })).toBe(0);
  });
});

describe("a file", () => {
  test("comes in by an upload address, for an hour, and has its document", async () => {
    const address = new URL((await run("mutation", "upload")) as string, "http://localhost");
    const token = address.searchParams.get("token") ?? "";
    const file = { bytes: Buffer.from("abc"), contentType: "text/plain" };
    const id = (await engine.files?.upload(token, file)) ?? null;
    expect(await run("query", "metadata", { id })).toMatchObject({
      size: 3,
      contentType: "text/plain",
      sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    });
    expect(await engine.files?.read(String(id))).toMatchObject({ contentType: "text/plain" });
    expect(await engine.files?.upload(`9${token}`, file)).toBeNull();
    clock += 2 * 3_600_000;
    expect(await engine.files?.upload(token, file)).toBeNull();
  });
});

describe("the database", () => {
  test("gives new indexes what was there, and forgets old ones", async () => {
    await add("early", 1, "x");
    await engine.close();
    engine = await open(laterFunctions);
    const call = { path: "look:byTag", args: { tag: "x" }, auth: { kind: "none" } as const };
    expect(await engine.query(call)).toMatchObject({ ok: true, value: ["early"] });
    await engine.close();
    engine = await open();
    expect(await run("query", "count", { name: "early" })).toBe(1);
  });

  test("does not open under a schema that its documents do not fit", async () => {
    await run("mutation", "insertAny", { table: "strictLater", value: { kept: "as text" } });
    await engine.close();
    await expect(open(laterFunctions)).rejects.toThrow('in table "strictLater" does not match');
    engine = await open();
  });

  test("takes documents back with their ids", async () => {
    const id = await add("restored", 4);
    const kept = convexToJson(await run("query", "get", { id }));
    await engine.restore?.([{ table: "items", documents: [], replace: true }]);
    expect(await run("query", "get", { id })).toBeNull();
    await engine.restore?.([{ table: "items", documents: [kept], replace: true }]);
    expect(convexToJson(await run("query", "get", { id }))).toEqual(kept);
    expect(await engine.tables()).toMatchObject({ items: 1 });
  });

  test("keeps when crons are due, as long as their schedule is the same", async () => {
    const cron = { name: "c", path: "a:b", args: {}, schedule: { type: "hourly", minuteUTC: 1 } };
    const changed = { ...cron, schedule: { type: "hourly", minuteUTC: 2 } };
    await engine.cronTimes?.set(cron as never, 5);
    await engine.close();
    engine = await open();
    expect(engine.cronTimes?.get(cron as never)).toBe(5);
    expect(engine.cronTimes?.get(changed as never)).toBeUndefined();
  });
});

test("a function handle calls what it was made for", async () => {
  expect(await run("action", "handle", { name: "handled" })).toBe(1);
});
