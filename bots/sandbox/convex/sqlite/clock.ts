import type { Timestamp } from "../engine.ts";
import type { Database } from "./database.ts";

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

/** A source of random numbers that gives the same ones for the same seed (sfc32). */
export type Random = {
  /** From 0 up to 1, as `Math.random` gives. */
  next(): number;
  bytes(count: number): Uint8Array;
};

/** `seed` is 16 bytes. */
export function createRandom(seed: Uint8Array): Random {
  const words = new DataView(seed.buffer, seed.byteOffset, 16);
  let [a, b, c, counter] = [0, 4, 8, 12].map((at) => words.getInt32(at)) as [
    number,
    number,
    number,
    number,
  ];

  function word(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }
  // The first words still look like the seed.
  for (let i = 0; i < 12; i += 1) word();

  return {
    next: () => ((word() >>> 5) * 2 ** 26 + (word() >>> 6)) / 2 ** 53,
    bytes: (count) => Uint8Array.from({ length: count }, () => word() & 0xff),
  };
}
