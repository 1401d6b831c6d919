import { plain } from "../messages/sanitize.ts";

export const weekMs = 7 * 24 * 60 * 60 * 1000;

/** 5 January 1970 was a Monday. */
const firstMonday = 4 * 24 * 60 * 60 * 1000;

/** The Monday, 00:00 UTC, at or before a moment; all in Unix milliseconds. */
export function weekStart(at: number): number {
  return firstMonday + weekNumber(at) * weekMs;
}

/** How many weeks have begun since the first Monday of 1970, less one. */
export function weekNumber(at: number): number {
  return Math.floor((at - firstMonday) / weekMs);
}

/** Mondays, 00:00 UTC (milliseconds); both are part of the range. */
export type WeekRange = { from: number; to: number };

const longest = 53;

const named: Record<string, number> = {
  month: 5,
  mes: 5,
  quarter: 13,
  trimestre: 13,
  year: longest,
  ano: longest,
};

/**
 * Which weeks were typed: "8", "8 weeks", "month", "2026-11-02" (the week with that day) or
 * "2026-10-01..2026-11-15"; "año" and "semanas" as well. Undefined for other words; at most a year.
 */
export function readWeekRange(text: string, now: number): WeekRange | undefined {
  const typed = plain(text);
  const to = weekStart(now);
  const count = /^(?:last |ultimas )?(\d{1,3})(?: (?:weeks?|semanas?|w|s))?$/.exec(typed)?.[1];
  const weeks = count === undefined ? own(typed) : Number(count);
  if (weeks !== undefined) return weeks > 0 ? clamped(to - (weeks - 1) * weekMs, to) : undefined;
  const days = typed.split(/\s*(?:\.\.+|–|—|\bto\b|\ba\b|\s)\s*/).map(readDay);
  const [first, last = first] = days;
  if (first === undefined || last === undefined || days.length > 2) return undefined;
  return clamped(weekStart(Math.min(first, last)), weekStart(Math.max(first, last)));
}

function own(word: string): number | undefined {
  return Object.hasOwn(named, word) ? named[word] : undefined;
}

function clamped(from: number, to: number): WeekRange {
  return { from: Math.max(from, to - (longest - 1) * weekMs), to };
}

function readDay(text: string): number | undefined {
  const read = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!read) return undefined;
  const [year, month, day] = read.slice(1).map(Number);
  const at = Date.UTC(year ?? 0, (month ?? 1) - 1, day);
  // 31 February is no day.
  return new Date(at).toISOString().startsWith(text) ? at : undefined;
}
