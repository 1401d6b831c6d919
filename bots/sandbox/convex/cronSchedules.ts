import { Cron as CronExpression } from "croner";
import type { JSONValue } from "convex/values";
import type { Cron, CronSchedule } from "./engine.ts";
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
