const earliestMs = Date.UTC(2000, 0, 1);
const latestMs = Date.UTC(2101, 0, 1);
const dayMs = 86_400_000;
/** Longer than any time, duration or zone; longer texts are not looked at. */
const maxTextLength = 100;

/**
 * ISO 8601, extended (2026-10-20T18:30:00.000-06:00) and basic as in iCalendar (20261020T183000Z).
 */
const momentPattern =
  /^(\d{4})(-?)(\d\d)\2(\d\d)(?:[Tt ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9}))?)?(Z|z|[+-]\d\d(?::?\d\d)?)?)?$/;

/**
 * Parses a time to Unix milliseconds; undefined where it is invalid. Date.parse is not used: it
 * accepts incomplete texts ("2026", "1 Oct") and reads a time without an offset in the machine's
 * zone.
 *
 * A local time without an offset needs `zone`, else it is rejected. A date without a time is
 * midnight in `zone`, else in `dayZone`, else in UTC.
 */
export function readTime(
  text: string | undefined,
  zone?: string,
  dayZone?: string,
): number | undefined {
  if (text === undefined || text.length > maxTextLength) return undefined;
  const found = momentPattern.exec(text.trim());
  if (found === null) return undefined;
  const [, year, , month, day, hour, minute, second, fraction, offset] = found;
  const wall = wallClock(
    [year, month, day, hour, minute, second].map((part) => Number(part ?? 0)),
    Math.floor(Number(`0.${fraction ?? 0}`) * 1000),
  );
  if (wall === undefined) return undefined;
  const isDay = hour === undefined;
  const instant = place(wall, isDay, offset, zone ?? (isDay ? dayZone : undefined));
  return instant !== undefined && isPlausible(instant) ? instant : undefined;
}

/** Whether an instant (Unix milliseconds) is one at which events can be. */
export function isPlausible(instant: number): boolean {
  return instant >= earliestMs && instant < latestMs;
}

/** Parses a local time, whatever its zone, as if it were UTC (Unix milliseconds). */
export function readWall(text: string): number | undefined {
  if (text.length > maxTextLength) return undefined;
  const [, year, , month, day, hour, minute, second] = momentPattern.exec(text.trim()) ?? [];
  if (year === undefined) return undefined;
  return wallClock(
    [year, month, day, hour, minute, second].map((part) => Number(part ?? 0)),
    0,
  );
}

/** The local time as if it were UTC; undefined for 30 February or 25:00. */
function wallClock(parts: number[], milliseconds: number): number | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return date.getTime() + ((hour * 60 + minute) * 60 + Math.min(second, 59)) * 1000 + milliseconds;
}

function place(
  wall: number,
  dateOnly: boolean,
  offset: string | undefined,
  zone: string | undefined,
): number | undefined {
  if (offset !== undefined) {
    if (offset.toUpperCase() === "Z") return wall;
    const hours = Number(offset.slice(1, 3));
    const minutes = Number(offset.slice(3).replace(":", ""));
    if (hours > 14 || minutes > 59) return undefined;
    return wall - (offset.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
  }
  if (zone !== undefined) return instantInZone(wall, zone);
  return dateOnly ? wall : undefined;
}

const dayPattern = /^\d{4}-?\d\d-?\d\d$/;

/** Whether a text is a date without a time. */
export function isDay(text: string | undefined): boolean {
  return text !== undefined && text.length <= maxTextLength && dayPattern.test(text.trim());
}

/** Midnight (Unix milliseconds) after a date without a time; undefined for other texts. */
export function endOfDay(text: string | undefined, zone?: string): number | undefined {
  const midnight = isDay(text) ? readTime(text) : undefined;
  if (midnight === undefined) return undefined;
  return zone === undefined ? midnight + dayMs : instantInZone(midnight + dayMs, zone);
}

export type Span = { start?: number; end?: number; isAllDay?: true };

/**
 * Parses the times of an event of JSON or ld+json. A date without a time is all day in `zone`, else
 * in `dayZone`; as in schema.org, an end that is a date is part of the event.
 */
export function readSpan(
  texts: { start?: string | undefined; end?: string | undefined; duration?: string | undefined },
  zone?: string,
  dayZone?: string,
): Span {
  const start = readTime(texts.start, zone, dayZone);
  if (start === undefined) return {};
  const length = readDuration(texts.duration);
  const end =
    endOfDay(texts.end, zone ?? dayZone) ??
    readTime(texts.end, zone, dayZone) ??
    (length === undefined ? undefined : start + length);
  if (!isDay(texts.start)) return { start, ...(end !== undefined && { end }) };
  const last = endOfDay(texts.start, zone ?? dayZone) ?? start + dayMs;
  return { start, end: end !== undefined && end > start ? end : last, isAllDay: true };
}

/** Parses an ISO 8601 duration to milliseconds ("PT2H30M", Luma's "P0Y0M0DT2H0M0S"). */
export function readDuration(text: string | undefined): number | undefined {
  if (text === undefined || text.length > maxTextLength) return undefined;
  const found =
    /^\+?P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9})(?:\.\d{1,9})?S)?)?$/.exec(
      text.trim().toUpperCase(),
    );
  if (found === null) return undefined;
  const [years, months, weeks, days, hours, minutes, seconds] = found
    .slice(1)
    .map((part) => Number(part ?? 0));
  // Months and years have no fixed length; such durations are rejected.
  if (years !== 0 || months !== 0) return undefined;
  const inDays = (weeks ?? 0) * 7 + (days ?? 0);
  const total = ((inDays * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0);
  return total > 0 ? total * 1000 : undefined;
}

/** The name, where it is an IANA zone that the runtime knows; offsets such as "+05:00" are not. */
export function readZone(name: string | undefined): string | undefined {
  const zone = name?.trim();
  if (zone === undefined || !/^[A-Za-z][A-Za-z0-9_+\-/]{1,60}$/.test(zone)) return undefined;
  try {
    return Intl.DateTimeFormat("en-US", { timeZone: zone }) && zone;
  } catch {
    return undefined;
  }
}

/**
 * The instant (Unix milliseconds) of a local time in a zone; `wall` is the local time as if it were
 * UTC. A time skipped by a daylight saving change is read with the offset before the change; of a
 * repeated time the first occurrence is taken (RFC 5545, 3.3.5).
 */
export function instantInZone(wall: number, zone: string): number {
  const clock = clockOf(zone);
  const before = wall - offsetAt(clock, wall - dayMs);
  const after = wall - offsetAt(clock, wall + dayMs);
  const fits = (instant: number) => instant + offsetAt(clock, instant) === wall;
  return !fits(before) && fits(after) ? after : before;
}

/** The local time of an instant in a zone, as if it were UTC (Unix milliseconds). */
export function wallInZone(instant: number, zone: string): number {
  return instant + offsetAt(clockOf(zone), instant);
}

/** A feed has one or two zones and thousands of times, and a clock is slow to make. */
const maxClocks = 20;
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  if (clocks.size >= maxClocks) clocks.clear();
  clocks.set(zone, clock);
  return clock;
}

function offsetAt(clock: Intl.DateTimeFormat, instant: number): number {
  const whole = Math.floor(instant / 1000) * 1000;
  const parts = new Map(clock.formatToParts(whole).map((p) => [p.type, Number(p.value)]));
  const read = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const wall = Date.UTC(
    read("year"),
    read("month") - 1,
    read("day"),
    read("hour"),
    read("minute"),
    read("second"),
  );
  return wall - whole;
}
