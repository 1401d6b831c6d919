import type { Journal, Timestamp } from "../engine.ts";
import { justAfter, type Range } from "./keys.ts";
import { createUsage, type TransactionUsage, type UsageLimits } from "./limits.ts";
import type { Random } from "./clock.ts";
export type Write = { index: number; key: Uint8Array };

/** In place of an index: which tables there are. The key is the table's name. */
export const tableNames = 0;

/**
 * One transaction: its read ranges, its writes and its usage, over all functions that run in it.
 */
export type Transaction = {
  /** What the clock says all through it. */
  readonly now: number;
  readonly snapshot: Timestamp;
  readonly random: Random;
  readonly usage: TransactionUsage;
  readonly reads: Range[];
  readonly writes: Write[];
  /** Each changed document as it was before: its JSON, or null where there was none. */
  readonly before: Map<string, string | null>;
  /** Documents with the placeholder for the moment of the commit in them. */
  readonly unresolved: Set<string>;
  /** Where the next page read is to end if it was read before, and where the last one did. */
  readonly page: { end: Journal; ended: Journal };
  hasEnded: boolean;
};

export const createTransaction = (
  now: number,
  snapshot: Timestamp,
  random: Random,
  limits?: UsageLimits,
): Transaction => ({
  now,
  snapshot,
  random,
  usage: createUsage(limits),
  reads: [],
  writes: [],
  before: new Map(),
  unresolved: new Set(),
  page: { end: null, ended: null },
  hasEnded: false,
});

/** The range of one key. */
export const onlyKey = (index: number, key: Uint8Array): Range => ({
  index,
  from: key,
  to: justAfter(key),
});

export type Lock = {
  /** Runs `work` when everything that came before it has ended. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when nothing runs; undefined where that is so already. */
  idle(): Promise<void> | undefined;
};

/** Lets one at a time, in the order they came. */
export function createLock(): Lock {
  let last: Promise<void> = Promise.resolve();
  let waiting = 0;
  const ended = (): void => {
    waiting -= 1;
  };

  async function idle(): Promise<void> {
    const awaited = last;
    await awaited;
    if (last !== awaited) await idle();
  }

  return {
    run(work) {
      waiting += 1;
      const result = last.then(work);
      last = result.then(ended, ended);
      return result;
    },
    idle: () => (waiting === 0 ? undefined : idle()),
  };
}
