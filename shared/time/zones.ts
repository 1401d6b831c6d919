// By their own names: the package's index loads all of date-fns, a second of every start.
import { fromZonedTime } from "date-fns-tz/fromZonedTime";
import { toZonedTime } from "date-fns-tz/toZonedTime";

/** Whether `name` is an IANA time zone that this runtime knows. */
export function isTimezone(name: string): boolean {
  // Offsets ("+02:00") are accepted by Intl but do not follow a place through the year.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** A wall clock in a zone. `month` is 1 to 12, `weekday` 0 (Sunday) to 6. */
export type WallClock = {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  weekday: number;
};

/** The wall clock of a moment (Unix milliseconds) in a zone. */
export function wallClock(at: number, timezone: string): WallClock {
  const local = toZonedTime(at, timezone);
  return {
    year: local.getFullYear(),
    month: local.getMonth() + 1,
    day: local.getDate(),
    hour: local.getHours(),
    minute: local.getMinutes(),
    weekday: local.getDay(),
  };
}

const hourMs = 60 * 60 * 1000;

/**
 * The moment (Unix milliseconds) at which clocks in `timezone` show this hour of this day. Days may
 * run over the end of a month. An hour that a spring change skips becomes the hour after the gap:
 * date-fns-tz answers with the hour before it, and somebody who asked for 02:30 is not served at
 * 01:30. Of an hour that comes twice in autumn the first is meant; date-fns-tz takes now the one, now
 * the other.
 */
export function atWallClock(
  { year, month, day, hour }: { year: number; month: number; day: number; hour: number },
  timezone: string,
): number {
  const asUtc = new Date(Date.UTC(year, month - 1, day, hour));
  const moment = fromZonedTime(asUtc.toISOString().slice(0, 19), timezone).getTime();
  const shows = (at: number) => wallClock(at, timezone).hour === asUtc.getUTCHours();
  if (!shows(moment)) return moment + hourMs;
  return shows(moment - hourMs) ? moment - hourMs : moment;
}
