import type { Value } from "convex/values";
import type { Maybe } from "./differentialFunctions/step.ts";

/** Reproducible chance: the same seed gives the same steps on every machine. */
export function createChance(seed: number) {
  let state = seed >>> 0;
  /** From 0 to below 1 (mulberry32). */
  const random = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(random() * limit);
  return {
    random,
    below,
    happens: (probability: number): boolean => random() < probability,
    pick: <const T>(from: readonly [T, ...T[]]): T => from[below(from.length)] ?? from[0],
    times: <T>(most: number, make: () => T): T[] => Array.from({ length: below(most + 1) }, make),
  };
}

export type Chance = ReturnType<typeof createChance>;

const bytes = (...values: number[]): ArrayBuffer => new Uint8Array(values).buffer;

/** One of each place in Convex's order, neighbours that are easily confused among them. */
const simple: [Value, ...Value[]] = [
  null,
  -(2n ** 63n),
  -1n,
  0n,
  1n,
  2n ** 63n - 1n,
  -Infinity,
  -1e300,
  -1.5,
  -1,
  -Number.MIN_VALUE,
  -0,
  0,
  Number.MIN_VALUE,
  0.1,
  1,
  2 ** 53,
  Infinity,
  NaN,
  false,
  true,
  "",
  "\0",
  "\0a",
  "a",
  "a\0",
  "a\0b",
  "aa",
  "b",
  "é",
  "\u{ff5e}",
  "😀",
  "😀a",
  bytes(),
  bytes(0),
  bytes(0, 0),
  bytes(0, 255),
  bytes(1),
  bytes(255),
];

const nested: [Value, ...Value[]] = [
  [],
  [null],
  [[]],
  [0],
  [0, 1],
  [-0],
  ["a"],
  ["a", "b"],
  ["a\0"],
  [1n, [2n, [3n]]],
  {},
  { a: null },
  { a: 1 },
  { a: 1, b: 2 },
  { b: 1 },
  { a: { a: [] } },
  { ab: "c" },
  { a: "bc" },
  [{}],
  [{ a: NaN }],
];

export const anyValue = (chance: Chance): Value =>
  chance.happens(0.25)
    ? chance.pick(nested)
    : chance.happens(0.6)
      ? chance.pick(few)
      : chance.pick(simple);

/** Few enough that documents meet under one key. */
const few: [Value, ...Value[]] = [0, 1, 2, "a", "b", null, true, 1n];

export const maybeValue = (chance: Chance): Maybe =>
  chance.happens(0.12) ? [] : [anyValue(chance)];
