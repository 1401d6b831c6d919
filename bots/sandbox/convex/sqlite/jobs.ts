import type { Value } from "convex/values";
import type { Catalog, Table } from "./catalog.ts";
import type { Database } from "./database.ts";
import type { Documents, Stored } from "./documents.ts";
import { afterAll, encodeKey } from "./keys.ts";
import { type Document, type KeyPart, parseDocument } from "./ids.ts";
import { scheduledFunctions } from "./schema.ts";
import type { Transaction, Write } from "./transactions.ts";
import type { Commits } from "./commits.ts";
import type { CronTimes } from "../engine.ts";

// Scheduled functions, as documents of `_scheduled_functions`. Their states are Convex's.

type JobState =
  { kind: "pending" | "inProgress" | "success" | "canceled" } | { kind: "failed"; error: string };

export type Job = Document & {
  name: string;
  args: Value[];
  scheduledTime: number;
  completedTime?: number;
  state: JobState;
};

export type Jobs = ReturnType<typeof createJobs>;

/** As long as Convex keeps what has ended. */
const keptMs = 7 * 24 * 60 * 60 * 1000;
const removedAtOnce = 100;

export function createJobs(database: Database, catalog: Catalog, documents: Documents) {
  const table = (): Table => catalog.findOrAdd(scheduledFunctions);
  const index = (name: string): number =>
    table().indexes.find((one) => one.name === name)?.number ?? 0;

  /** The first jobs of an index whose keys begin like this, up to a bound on the next field. */
  function first(indexName: string, prefix: KeyPart[], below: KeyPart, count: number): Stored[] {
    return database.all<Stored>(
      `SELECT d.doc, d.json, d.size FROM entries e JOIN documents d USING (doc)
        WHERE e.indexNumber = ? AND e.key >= ? AND e.key < ? ORDER BY e.key LIMIT ?`,
      index(indexName),
      encodeKey([...prefix, -Infinity]),
      afterAll(encodeKey([...prefix, below])),
      count,
    );
  }

  function get(transaction: Transaction, id: string): { stored: Stored; job: Job } | null {
    const stored = catalog.findById(id) === table() && documents.read(transaction, table(), id);
    return stored ? { stored, job: parseDocument(stored.json) as Job } : null;
  }

  function setState(transaction: Transaction, id: string, state: JobState): void {
    const found = get(transaction, id);
    if (found === null) return;
    const isOver = state.kind !== "pending" && state.kind !== "inProgress";
    documents.put(transaction, table(), found.stored, {
      ...found.job,
      state,
      ...(isOver && { completedTime: transaction.now }),
    });
  }

  return {
    /** Whether these writes may have changed the next due time. */
    isTouchedBy(writes: readonly Write[]): boolean {
      const watched = index("by_state_and_time");
      return writes.some((write) => write.index === watched);
    },

    add: (transaction: Transaction, name: string, args: Value, scheduledTime: number): string =>
      documents.insert(transaction, scheduledFunctions, {
        name,
        args: [args],
        scheduledTime,
        state: { kind: "pending" },
      }),

    /** What has begun goes on, and what has ended stays as it is. */
    cancel(transaction: Transaction, id: string): void {
      const found = get(transaction, id);
      if (found === null) throw new Error(`There is no scheduled function with ID "${id}"`);
      const { kind } = found.job.state;
      if (kind === "pending" || kind === "inProgress") {
        setState(transaction, id, { kind: "canceled" });
      }
    },

    get: (transaction: Transaction, id: string): Job | null => get(transaction, id)?.job ?? null,
    setState,

    /** The pending job that comes first. */
    next(): Job | null {
      const [stored] = first("by_state_and_time", ["pending"], Infinity, 1);
      return stored === undefined ? null : (parseDocument(stored.json) as Job);
    },

    /** Those that had begun when the host ended. */
    interrupted: (): Job[] =>
      first("by_state_and_time", ["inProgress"], Infinity, -1).map(
        ({ json }) => parseDocument(json) as Job,
      ),

    /** Removes some of those that ended long ago; false where there were none. */
    removeOld(transaction: Transaction): boolean {
      const old = first("by_completed_time", [], transaction.now - keptMs, removedAtOnce);
      for (const stored of old) {
        const { _id } = parseDocument(stored.json);
        documents.remove(transaction, table(), stored, _id);
      }
      return old.length > 0;
    },
  };
}

/** When each cron is due next, kept over restarts; forgotten where its schedule is another now. */
export const createCronTimes = (database: Database, commits: Commits): CronTimes => ({
  get({ name, schedule }) {
    const kept = database.get<{ due: number | null; schedule: string }>(
      "SELECT due, schedule FROM crons WHERE name = ?",
      name,
    );
    return kept?.schedule === JSON.stringify(schedule) ? kept.due : undefined;
  },
  async set({ name, schedule }, due) {
    await commits.write(async () => {
      database.run(
        "INSERT OR REPLACE INTO crons VALUES (?, ?, ?)",
        name,
        due,
        JSON.stringify(schedule),
      );
    });
  },
});
