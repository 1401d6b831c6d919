import type { Infer } from "convex/values";
import { atWallClock, wallClock } from "../../../shared/time/zones.ts";
import type { agenda } from "../fields.ts";

/** The reminders that a channel can choose, in minutes before the start, longest first. */
export const reminderChoices = [7 * 24 * 60, 24 * 60, 3 * 60, 60, 15] as const;
export const defaultReminders: readonly number[] = [24 * 60, 60];

export function isReminder(minutes: number): boolean {
  return reminderChoices.some((choice) => choice === minutes);
}

/** The first moment after `after` at which a channel's reminder can be due; undefined for none. */
export function nextReminder(startDate: number, after: number): number | undefined {
  return reminderChoices
    .map((minutes) => startDate - minutes * 60_000)
    .find((moment) => moment > after);
}

/** Until when a reminder is worth sending: a quarter of its lead time late at most. */
export function reminderExpiry(startDate: number, minutes: number): number {
  return startDate - minutes * 60_000 * 0.75;
}

/**
 * The reminder that is due and still worth sending at `now`, in minutes before the start. The
 * choices lie so far apart that there is never more than one: after a downtime channels get "in an
 * hour", not "tomorrow" as well.
 */
export function liveReminder(startDate: number, now: number): number | undefined {
  return reminderChoices.find(
    (minutes) => startDate - minutes * 60_000 <= now && now < reminderExpiry(startDate, minutes),
  );
}

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
