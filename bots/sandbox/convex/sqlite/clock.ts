import type { Database } from "./database.ts";
import type { Timestamp } from "../engine.ts";

// Time, for the database: the moments of commits and of documents' creation. Both only rise, also
// across restarts and whatever the clock of the host does.

/** Less is lost in a double of today's milliseconds. */
const creationStepMs = 0.001;

export type Clock = ReturnType<typeof createClock>;

export function createClock(database: Database, now: () => number) {
  const stored = database.get<{ ts: string; creation: number }>("SELECT ts, creation FROM clock");
  let creation = stored?.creation ?? 0;
  let committed = laterThan(BigInt(stored?.ts ?? "0"));

  function laterThan(moment: Timestamp): Timestamp {
    const present = BigInt(Math.floor(now())) * 1_000_000n;
    return present > moment ? present : moment + 1n;
  }

  return {
    now,
    /** The moment of the last commit. */
    committed: (): Timestamp => committed,
    nextCreation(present: number): number {
      creation = present > creation ? present : creation + creationStepMs;
      return creation;
    },
    /** The moment of the commit that is about to be, written with it. */
    nextCommit(): Timestamp {
      const ts = laterThan(committed);
      database.run("UPDATE clock SET ts = ?, creation = ?", String(ts), creation);
      return ts;
    },
    hasCommitted(ts: Timestamp): void {
      committed = ts;
    },
  };
}
