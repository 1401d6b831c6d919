const earliestMs = Date.UTC(2000, 0, 1);
const latestMs = Date.UTC(2101, 0, 1);

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
 * midnight in `zone`, else in UTC.
 */
export function readTime(text: string | undefined, zone?: string): number | undefined {
  const found = momentPattern.exec(text?.trim() ?? "");
  if (found === null) return undefined;
  const [, year, , month, day, hour, minute, second, fraction, offset] = found;
  const wall = wallClock(
    [year, month, day, hour, minute, second].map((part) => Number(part ?? 0)),
    Math.floor(Number(`0.${fraction ?? 0}`) * 1000),
  );
  if (wall === undefined) return undefined;
  const instant = place(wall, hour === undefined, offset, zone);
  return instant !== undefined && instant >= earliestMs && instant < latestMs ? instant : undefined;
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

/** Parses an ISO 8601 duration to milliseconds ("PT2H30M", Luma's "P0Y0M0DT2H0M0S"). */
export function readDuration(text: string | undefined): number | undefined {
  const found =
    /^\+?P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9})(?:\.\d{1,9})?S)?)?$/.exec(
      text?.trim().toUpperCase() ?? "",
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
  const day = 86_400_000;
  const before = wall - offsetAt(clock, wall - day);
  const after = wall - offsetAt(clock, wall + day);
  const fits = (instant: number) => instant + offsetAt(clock, instant) === wall;
  return !fits(before) && fits(after) ? after : before;
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
