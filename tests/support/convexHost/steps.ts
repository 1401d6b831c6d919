import type { Value } from "convex/values";
import type {
  Bound,
  Filter,
  Range,
  ReadStep,
  Step,
  Table,
  Which,
} from "./differentialFunctions/step.ts";
import { anyValue, type Chance, createChance, maybeValue } from "./values.ts";

/** What is sent to an engine at once. `pages` reads to the end, writing between two pages. */
export type Turn =
  | { do: "write"; steps: Step[]; fails: boolean }
  | { do: "ask"; steps: ReadStep[] }
  | { do: "pages"; range: Range; size: number; between: Step[][] };

/** Turns by chance, with at least so many steps in them. */
export function turns(seed: number, steps: number): Turn[] {
  const chance = createChance(seed);
  const all: Turn[] = [{ do: "write", steps: first(chance), fails: false }];
  for (let count = 0; count < steps;) {
    const turn = nextTurn(chance);
    all.push(turn);
    count += stepsOf(turn);
  }
  return all;
}

/** One of everything, so that there is something to refer to from the beginning. */
const first = (chance: Chance): Step[] => [
  ...(["things", "texts"] as const).map((table): Step => ({
    do: "insert",
    table,
    value: document(chance, table),
  })),
  { do: "insert", table: "strict", value: { kind: "one", list: [] } },
  { do: "later", inMs: 30 * 86_400_000, tag: "x", fails: false },
];

export function stepsOf(turn: Turn): number {
  const of = (steps: readonly Step[]): number =>
    steps.reduce((sum, step) => sum + 1 + ("steps" in step ? of(step.steps) : 0), 0);
  return turn.do === "pages" ? 1 + of(turn.between.flat()) : of(turn.steps);
}

function nextTurn(chance: Chance): Turn {
  const { random, happens, below } = chance;
  const kind = random();
  if (kind < 0.05) {
    // Reads look at everything: tables that only grew would slow convex-test down.
    const table = chance.pick(["things", "strict", "texts"]);
    return { do: "write", steps: [{ do: "empty", table }], fails: happens(0.1) };
  }
  if (kind < 0.12) {
    const between = chance.times(6, () => writes(chance, 1 + below(3)));
    return { do: "pages", range: pagedRange(chance), size: 1 + below(4), between };
  }
  if (kind < 0.35) return { do: "ask", steps: Array.from({ length: 6 }, () => read(chance)) };
  return { do: "write", steps: writes(chance, 1 + below(9)), fails: happens(0.08) };
}

const writes = (chance: Chance, count: number): Step[] =>
  Array.from({ length: count }, () => step(chance, 0));

function step(chance: Chance, depth: number): Step {
  const { random, happens, below, pick } = chance;
  const kind = random();
  if (kind < 0.32) {
    const table = pick(["things", "things", "strict", "texts"]);
    return { do: "insert", table, value: document(chance, table) };
  }
  if (kind < 0.42) {
    const table = tableOf(chance);
    // convex-test takes a field that is removed from where it never was for one too many.
    const fields = { things: ["a", "b", "c", "e"], strict: ["count", "thing"], texts: ["tag"] };
    const unset = fields[table].filter(() => happens(0.15));
    const value = table === "things" ? part(chance) : document(chance, table);
    return { do: "patch", id: which(chance, table), value, unset };
  }
  if (kind < 0.5) {
    const table = pick(["things", "things", "strict", "texts"]);
    return { do: "replace", id: which(chance, table), value: document(chance, table) };
  }
  if (kind < 0.62) return { do: "delete", id: which(chance) };
  if (kind < 0.66 && depth < 2) {
    const steps = Array.from({ length: 1 + below(4) }, () => step(chance, depth + 1));
    return { do: "nested", steps, fails: happens(0.5) };
  }
  if (kind < 0.68) return { do: "ask", steps: [read(chance), read(chance)] };
  if (kind < 0.7) {
    const inMs = happens(0.6) ? 30 * 86_400_000 : 0;
    return { do: "later", inMs, tag: pick(["x", "y"]), fails: happens(0.3) };
  }
  // Only what is far ahead: convex-test also takes back what has run.
  if (kind < 0.71) return { do: "cancel", id: reference(chance, "jobs") };
  return read(chance);
}

/** Something to look at. */
export function read(chance: Chance): ReadStep {
  const { random, below, happens, pick } = chance;
  const kind = random();
  if (kind < 0.2) return { do: "get", id: reference(chance, tableOf(chance)) };
  if (kind < 0.24) {
    const id = happens(0.3) ? pick(["", "none", "0"]) : reference(chance, tableOf(chance));
    return { do: "normalize", table: tableOf(chance), id };
  }
  if (kind < 0.75) {
    const end = pick(["collect", "collect", "collect", "first", "unique"]);
    return { do: "range", range: range(chance), end };
  }
  if (kind < 0.9) return { do: "take", range: range(chance), most: below(4) };
  if (kind < 0.98) {
    const words = [pick(vocabulary), ...chance.times(1, () => pick(vocabulary))].join(" ");
    return { do: "search", words, ...(happens(0.4) ? { tag: pick(["x", "y"]) } : {}) };
  }
  return { do: "jobs" };
}

const tableOf = (chance: Chance): Table => chance.pick(["things", "things", "strict", "texts"]);

/** Stands for the id of a document made before, recent ones more often; whoever runs puts it in. */
const reference = (chance: Chance, of: string): string => `@${of}:${1 - chance.random() ** 3}`;

const which = (chance: Chance, table = tableOf(chance)): Which =>
  chance.happens(0.2) ? { made: chance.below(2), table } : reference(chance, table);

function document(chance: Chance, table: Table): Record<string, Value> {
  if (table === "strict") return strict(chance);
  return table === "texts" ? text(chance) : thing(chance);
}

const thing = (chance: Chance): Record<string, Value> => ({
  ...part(chance),
  n: chance.below(7) - 3,
});

/** Some fields of a thing: with them all three indexes are met, and missed. */
function part(chance: Chance): Record<string, Value> {
  const fields: Record<string, Value> = {};
  for (const field of ["a", "b", "e"]) {
    if (chance.happens(0.8)) fields[field] = anyValue(chance);
  }
  if (chance.happens(0.8)) {
    fields["c"] = chance.happens(0.7) ? { d: anyValue(chance) } : anyValue(chance);
  }
  return fields;
}

/** Fits the schema four times in five. */
function strict(chance: Chance): Record<string, Value> {
  const { happens, pick, below } = chance;
  return {
    kind: happens(0.93) ? pick(["one", "two"]) : pick(["three", null]),
    list: chance.times(3, () => pick<Value>(["a", 1n, null])),
    ...(happens(0.6) ? { count: below(4) } : {}),
    ...(happens(0.4) ? { thing: reference(chance, happens(0.93) ? "things" : "texts") } : {}),
    ...(happens(0.04) ? { surprise: 1 } : {}),
  };
}

/** No word begins with another: convex-test takes every word of a search for a beginning. */
const vocabulary: [string, ...string[]] = ["apple", "bread", "cherry", "date", "Élan", "fig"];

const text = (chance: Chance): Record<string, Value> => ({
  text: Array.from({ length: 1 + chance.below(4) }, () => chance.pick(vocabulary)).join(" "),
  tag: chance.pick(["x", "y"]),
});

const indexes: [[string, ...string[]], ...[string, ...string[]][]] = [
  ["by_a", "a"],
  ["by_a_and_b", "a", "b"],
  ["by_a_and_b", "a", "b"],
  ["by_a_and_b_and_c", "a", "b", "c.d"],
];

function range(chance: Chance): Range {
  const { happens, pick, below } = chance;
  const order = pick(["asc", "desc"]);
  const all = { eq: [], bounds: [], order } satisfies Partial<Range>;
  if (happens(0.1)) return { table: pick(["strict", "texts"]), ...all };
  const filtered = happens(0.3) ? { filter: filter(chance, 0) } : {};
  if (happens(0.15)) return { table: "things", ...all, ...filtered };
  if (happens(0.05)) return { table: "things", index: "by_creation_time", ...all, ...filtered };
  if (happens(0.05)) {
    const value: [Value] = [reference(chance, "things")];
    return { table: "things", index: "by_id", ...all, eq: [{ field: "_id", value }] };
  }
  const [index, ...fields] = pick(indexes);
  // Rarely a field is left out, which no index can answer.
  const [first, ...rest] = happens(0.02) && fields.length > 1 ? fields.slice(1) : fields;
  const used = [first ?? "a", ...rest].slice(0, below(fields.length + 1));
  const eq = used.map((field) => ({ field, value: maybeValue(chance) }));
  const next = fields[used.length];
  const bounds = next === undefined ? [] : bounded(chance, next);
  return { table: "things", index, eq, bounds, order, ...filtered };
}

/** Mostly one that has several pages. */
function pagedRange(chance: Chance): Range {
  if (chance.happens(0.5)) return range(chance);
  const [index] = chance.pick(indexes);
  return { table: "things", index, eq: [], bounds: [], order: chance.pick(["asc", "desc"]) };
}

function bounded(chance: Chance, field: string): Bound[] {
  const { happens, pick } = chance;
  const lower = { op: pick(["gt", "gte"]), field, value: maybeValue(chance) };
  const upper = { op: pick(["lt", "lte"]), field, value: maybeValue(chance) };
  if (happens(0.3)) return [];
  if (happens(0.4)) return [happens(0.5) ? lower : upper];
  // Two of one side are refused.
  if (happens(0.02)) return [lower, lower];
  return happens(0.5) ? [lower, upper] : [upper, lower];
}

function filter(chance: Chance, depth: number): Filter {
  const { random, pick, below } = chance;
  const kind = random();
  if (kind < 0.15 && depth < 2) {
    return { op: pick(["and", "or"]), of: chance.times(3, () => filter(chance, depth + 1)) };
  }
  if (kind < 0.25 && depth < 2) return { op: "not", of: filter(chance, depth + 1) };
  if (kind < 0.35) return { op: "arithmetic", field: "n", by: below(3) - 1 };
  if (kind < 0.65) {
    // convex-test compares with JavaScript's operators, which agree with Convex's order on numbers.
    return { op: pick(["lt", "lte", "gt", "gte"]), field: "n", value: below(5) - 2 };
  }
  const field = pick(["a", "b", "c.d", "e"]);
  return { op: pick(["eq", "neq"]), field, value: anyValue(chance) };
}
