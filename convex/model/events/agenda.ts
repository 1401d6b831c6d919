import type { Infer } from "convex/values";
import { atWallClock, wallClock } from "../../../shared/time/zones.ts";
import type { agenda } from "../fields.ts";

export type Agenda = Infer<typeof agenda>;

/** The next moment after `after` (Unix milliseconds) at which the agenda is due in the zone. */
export function nextAgenda(agenda: Agenda, timezone: string, after: number): number {
  const today = wallClock(after, timezone);
  // Eight days cover a weekly agenda whose hour has just passed.
  for (let days = 0; days <= 8; days++) {
    const weekday = (today.weekday + days) % 7;
    if (agenda.every === "week" && weekday !== (agenda.weekday ?? 1)) continue;
    const due = atWallClock({ ...today, day: today.day + days, hour: agenda.hour }, timezone);
    if (due > after) return due;
  }
  throw new Error("a week without the agenda's weekday");
}

/** How far ahead an agenda looks, in milliseconds from the hour it is due. */
export function agendaSpan(agenda: Agenda): number {
  return (agenda.every === "day" ? 1 : 7) * 24 * 60 * 60 * 1000;
}
