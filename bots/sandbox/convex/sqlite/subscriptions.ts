import type { Call, Outcome } from "../engine.ts";
import type { Write } from "./transactions.ts";
import type { Range } from "./keys.ts";

// Results of queries, each kept until a write falls into something the query has read.

export type Kept = { key: string; outcome: Outcome; reads: readonly Range[]; bytes: number };

const maxResults = 5000;
const maxBytes = 64 * 2 ** 20;
/** About what remembering one range takes. */
const rangeBytes = 200;

export type Subscriptions = ReturnType<typeof createSubscriptions>;

export function createSubscriptions() {
  const results = new Map<string, Kept>();
  /** By index: single keys, which most reads are, and longer ranges with whose they are. */
  const keys = new Map<number, Map<string, Set<Kept>>>();
  const ranges = new Map<number, Map<Range, Kept>>();
  let bytes = 0;

  function drop(kept: Kept): void {
    if (results.get(kept.key) !== kept) return;
    results.delete(kept.key);
    bytes -= kept.bytes;
    for (const range of kept.reads) {
      ranges.get(range.index)?.delete(range);
      if (!isOneKey(range)) continue;
      const ofIndex = keys.get(range.index);
      const name = nameOf(range.from);
      const all = ofIndex?.get(name);
      all?.delete(kept);
      if (all?.size === 0) ofIndex?.delete(name);
    }
  }

  function watch(kept: Kept): void {
    for (const range of kept.reads) {
      if (isOneKey(range)) {
        const ofIndex = getOrAdd(keys, range.index, () => new Map<string, Set<Kept>>());
        getOrAdd(ofIndex, nameOf(range.from), () => new Set<Kept>()).add(kept);
      } else {
        getOrAdd(ranges, range.index, () => new Map<Range, Kept>()).set(range, kept);
      }
    }
  }

  return {
    /** The result of the call, if nothing has changed it since. */
    find(call: Call): Outcome | undefined {
      const key = JSON.stringify(call);
      const kept = results.get(key);
      if (kept === undefined) return undefined;
      // The one used last is the last to be forgotten.
      results.delete(key);
      results.set(key, kept);
      return kept.outcome;
    },

    keep(call: Call, outcome: Outcome, reads: readonly Range[]): void {
      const key = JSON.stringify(call);
      const size =
        key.length +
        reads.length * rangeBytes +
        (outcome.ok ? JSON.stringify(outcome.value).length : 0);
      const kept: Kept = { key, outcome, reads, bytes: size };
      const known = results.get(key);
      if (known !== undefined) drop(known);
      results.set(key, kept);
      bytes += size;
      watch(kept);
      for (const oldest of results.values()) {
        if (results.size <= maxResults && bytes <= maxBytes) break;
        drop(oldest);
      }
    },

    /** Forgets what these writes may have changed. */
    forget(writes: readonly Write[]): void {
      for (const { index, key } of writes) {
        for (const kept of keys.get(index)?.get(nameOf(key)) ?? []) drop(kept);
        for (const [range, kept] of ranges.get(index) ?? []) {
          if (Buffer.compare(range.from, key) <= 0 && Buffer.compare(key, range.to) < 0) drop(kept);
        }
      }
    },
  };
}

/** Whether nothing fits between the two ends: the second is the first and a zero byte. */
const isOneKey = ({ from, to }: Range): boolean =>
  to.length === from.length + 1 &&
  to[from.length] === 0 &&
  Buffer.compare(to.subarray(0, from.length), from) === 0;

const nameOf = (key: Uint8Array): string =>
  Buffer.from(key.buffer, key.byteOffset, key.length).toString("latin1");

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
