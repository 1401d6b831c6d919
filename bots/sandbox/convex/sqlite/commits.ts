import { randomBytes } from "node:crypto";
import type { Timestamp } from "../engine.ts";
import type { UsageLimits } from "./limits.ts";
import { outsideFrames } from "./runtime.ts";
import { type Clock, createRandom } from "./clock.ts";
import type { Catalog } from "./catalog.ts";
import type { Database } from "./database.ts";
import type { Documents } from "./documents.ts";
import { createLock, createTransaction, type Transaction, type Write } from "./transactions.ts";

// One transaction at a time, queries included. Functions do no input or output beyond the database,
// so each is over within a moment, and none ever conflicts with another.

/**
 * Convex gives functions one second of their own; here the machine may be busy with other things.
 */
const maxDurationMs = 20_000;

const realSetTimeout = globalThis.setTimeout;

type CommitListener = (writes: readonly Write[]) => void;

export type Commits = ReturnType<typeof createCommits>;

export function createCommits(options: {
  database: Database;
  catalog: Catalog;
  documents: Documents;
  clock: Clock;
  /** For ids and random numbers; the same seed gives the same ones. */
  seed?: string | undefined;
}) {
  const { database, catalog, documents, clock } = options;
  const lock = createLock();
  const listeners = new Set<CommitListener>();
  const seeds = options.seed === undefined ? null : createRandom(seedBytes(options.seed));

  const begin = (limits?: UsageLimits): Transaction =>
    createTransaction(
      clock.now(),
      clock.committed(),
      createRandom(seeds === null ? randomBytes(16) : seeds.bytes(16)),
      limits,
    );

  /** A transaction that only reads, as part of what holds the lock. */
  async function reading<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const transaction = begin();
    try {
      return await inTime(work(transaction));
    } finally {
      transaction.hasEnded = true;
    }
  }

  /** All of what `work` writes, or where it throws nothing. */
  async function writing<T>(
    work: (transaction: Transaction) => Promise<T>,
    limits?: UsageLimits,
  ): Promise<{ value: T; ts: Timestamp }> {
    const transaction = begin(limits);
    database.begin();
    try {
      const value = await inTime(work(transaction));
      transaction.hasEnded = true;
      return { value, ts: commit(transaction) };
    } catch (error) {
      transaction.hasEnded = true;
      database.rollback();
      catalog.undone();
      throw error;
    } finally {
      catalog.ended();
    }
  }

  function commit(transaction: Transaction): Timestamp {
    if (transaction.writes.length === 0) {
      database.commit();
      return clock.committed();
    }
    const ts = clock.nextCommit();
    documents.resolve(transaction, ts);
    database.commit();
    clock.hasCommitted(ts);
    outsideFrames(() => {
      for (const listener of listeners) listener(transaction.writes);
    });
    return ts;
  }

  return {
    read: <T>(work: (transaction: Transaction) => Promise<T>) => lock.run(() => reading(work)),
    write: <T>(work: (transaction: Transaction) => Promise<T>, limits?: UsageLimits) =>
      lock.run(() => writing(work, limits)),
    /** Keeps everything as it is meanwhile; `work` may begin several transactions that read. */
    hold: <T>(work: (read: typeof reading) => Promise<T>) => lock.run(() => work(reading)),

    /** Runs a part of a transaction that is undone alone where it throws, or `always`. */
    async part<T>(
      transaction: Transaction,
      work: () => Promise<T>,
      always: "undo" | "keep" = "keep",
    ): Promise<T> {
      const written = transaction.writes.length;
      const undo = (): void => {
        database.undo();
        catalog.undone();
        transaction.writes.length = written;
      };
      database.savepoint();
      try {
        const value = await work();
        // After the whole transaction has run out of time there is no part left to end.
        if (transaction.hasEnded) return value;
        if (always === "undo") undo();
        else database.release();
        return value;
      } catch (error) {
        if (!transaction.hasEnded) undo();
        throw error;
      }
    },

    /** Called right after each commit that wrote something, before anything else runs. */
    onCommit(listener: CommitListener): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = realSetTimeout(() => {
      reject(
        new Error(`Function execution timed out (maximum duration: ${maxDurationMs / 1000}s)`),
      );
    }, maxDurationMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function seedBytes(seed: string): Uint8Array {
  const bytes = new Uint8Array(16);
  for (const [i, byte] of new TextEncoder().encode(seed).entries()) {
    bytes[i % 16] = (bytes[i % 16] ?? 0) ^ byte;
  }
  return bytes;
}
