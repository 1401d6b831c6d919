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
