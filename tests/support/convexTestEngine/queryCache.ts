import type { Call, Outcome, Timestamp } from "../../../bots/sandbox/convex/engine.ts";

type Run = Outcome & { ts: Timestamp };
/** `from` is the last commit known when the run began: the run saw it, or something later. */
type Entry = { from: Timestamp; run: Promise<Run> };

const maxEntries = 2000;
const maxRounds = 3;

/**
 * Answers subscriptions: each distinct query runs once per commit, however many clients ask. A
 * commit between two queries of a set would show them different moments, so those left behind are
 * run again; where writes never pause, the set is dated by its oldest result.
 */
export function createQueryCache(
  query: (call: Call) => Promise<Run>,
  latest: () => Promise<Timestamp>,
) {
  const entries = new Map<string, Entry>();

  function runAt(call: Call, moment: Timestamp): Promise<Run> {
    const key = JSON.stringify(call);
    const known = entries.get(key);
    if (known?.from === moment) return known.run;
    const entry = { from: moment, run: query(call) };
    entries.delete(key);
    entries.set(key, entry);
    for (const oldest of entries.keys()) {
      if (entries.size <= maxEntries) break;
      entries.delete(oldest);
    }
    return entry.run;
  }

  async function queries(calls: readonly Call[]): Promise<{ ts: Timestamp; outcomes: Outcome[] }> {
    let moment = await latest();
    if (calls.length === 0) return { ts: moment, outcomes: [] };
    let runs = await Promise.all(calls.map((call) => runAt(call, moment)));
    for (let round = 1; round < maxRounds && !agree(runs); round += 1) {
      moment = newest(runs);
      runs = await Promise.all(
        calls.map(async (call, i) => {
          const run = runs[i];
          return run?.ts === moment ? run : await runAt(call, moment);
        }),
      );
    }
    return { ts: oldest(runs), outcomes: runs };
  }

  return { queries };
}

const agree = (runs: readonly Run[]): boolean => newest(runs) === oldest(runs);
const newest = (runs: readonly Run[]): Timestamp =>
  runs.reduce((ts, run) => (run.ts > ts ? run.ts : ts), runs[0]?.ts ?? 0n);
const oldest = (runs: readonly Run[]): Timestamp =>
  runs.reduce((ts, run) => (run.ts < ts ? run.ts : ts), runs[0]?.ts ?? 0n);
