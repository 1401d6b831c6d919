import { Cron as CronExpression } from "croner";
import type { JSONValue } from "convex/values";
import type { Cron, CronSchedule, CronTimes } from "./engine.ts";
import { canonicalPath } from "./functionsDirectory.ts";

type Recorded = Record<string, { name: string; args: JSONValue[]; schedule: CronSchedule }>;

/** The entries of what crons.ts exports by default. */
export function readCrons(exported: unknown): Cron[] {
  const recorded = (exported as { crons?: Recorded } | undefined)?.crons ?? {};
  return Object.entries(recorded).map(([name, cron]) => ({
    name,
    path: canonicalPath(cron.name),
    args: cron.args[0] ?? {},
    schedule: cron.schedule,
  }));
}

/** The first time after `after` the schedule asks for, in Unix milliseconds; null for never. */
export function nextDue(schedule: CronSchedule, after: number): number | null {
  if (schedule.type === "interval") return after + intervalMs(schedule);
  const expression = new CronExpression(cronExpression(schedule), {
    timezone: "UTC",
    paused: true,
  });
  return expression.nextRun(new Date(after))?.getTime() ?? null;
}

const intervalMs = (every: { seconds?: number; minutes?: number; hours?: number }): number =>
  ((every.seconds ?? 0) + (every.minutes ?? 0) * 60 + (every.hours ?? 0) * 3600) * 1000;

function cronExpression(schedule: Exclude<CronSchedule, { type: "interval" }>): string {
  if (schedule.type === "cron") return schedule.cron;
  const minute = schedule.minuteUTC ?? 0;
  if (schedule.type === "hourly") return `${minute} * * * *`;
  const time = `${minute} ${schedule.hourUTC}`;
  if (schedule.type === "daily") return `${time} * * *`;
  if (schedule.type === "weekly") return `${time} * * ${schedule.dayOfWeek.slice(0, 3)}`;
  return `${time} ${schedule.day} * *`;
}

export type CronState = { name: string; function: string; args: unknown; nextDue: number | null };

const checkEveryMs = 1000;

/**
 * Runs crons by the clock. It looks once a second instead of setting timers, so a due time may be
 * any distance away and the clock may jump. A run that would overlap its predecessor is left out.
 */
export function createScheduler(options: {
  crons: readonly Cron[];
  now: () => number;
  run: (cron: Cron) => Promise<void>;
  /**
   * Where due times are kept: a run that came due while the host was down happens once, at the
   * start.
   */
  times?: CronTimes | undefined;
}) {
  const { now, run, times } = options;
  const started = now();
  const entries = options.crons.map((cron) => ({
    cron,
    due: firstDue(cron),
    running: undefined as Promise<void> | undefined,
  }));

  function firstDue(cron: Cron): number | null {
    const kept = times?.get(cron);
    if (kept !== undefined) return kept;
    // As on Convex, an interval begins with a run.
    const due = cron.schedule.type === "interval" ? started : nextDue(cron.schedule, started);
    void times?.set(cron, due).catch(() => undefined);
    return due;
  }

  /** `before` is what must be known to be kept first, or it might run again after a restart. */
  function start(entry: (typeof entries)[number], before?: Promise<void>): Promise<void> {
    const running = before === undefined ? run(entry.cron) : before.then(() => run(entry.cron));
    entry.running = running.finally(() => {
      entry.running = undefined;
    });
    return entry.running;
  }

  /** Starts what is due. Several due times that were passed at once cause one run. */
  function check(): void {
    const time = now();
    for (const entry of entries) {
      if (entry.due === null || entry.due > time) continue;
      entry.due = following(entry.cron, entry.due, time);
      const isKept = times?.set(entry.cron, entry.due);
      // A failure is in the host's log already.
      if (entry.running === undefined) void start(entry, isKept).catch(() => undefined);
      else isKept?.catch(() => undefined);
    }
  }

  let timer: NodeJS.Timeout | undefined;
  return {
    start(): void {
      check();
      timer = setInterval(check, checkEveryMs);
    },
    check,
    /** Runs a cron now, whatever its schedule; resolves when it has ended. */
    async runNow(name: string): Promise<void> {
      const entry = entries.find(({ cron }) => cron.name === name);
      if (entry === undefined) throw new Error(`There is no cron named "${name}"`);
      await entry.running?.catch(() => undefined);
      await start(entry);
    },
    state: (): CronState[] =>
      entries.map(({ cron, due }) => ({
        name: cron.name,
        function: cron.path,
        args: cron.args,
        nextDue: due,
      })),
    stop: (): void => clearInterval(timer),
  };
}

/** Intervals keep their beat: the next one after `time` counted from the last due time. */
function following(cron: Cron, due: number, time: number): number | null {
  if (cron.schedule.type !== "interval") return nextDue(cron.schedule, time);
  const step = (nextDue(cron.schedule, 0) ?? 1) || 1;
  return due + step * (Math.floor((time - due) / step) + 1);
}
