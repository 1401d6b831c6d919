import ICAL from "ical.js";
import { instantInZone, readZone, wallInZone } from "./times.ts";
import { windowsZone } from "./windowsZones.ts";

/** How local times and instants (both Unix milliseconds) of a zone relate. */
export type Zone = {
  /** The IANA name, where there is one. */
  name?: string;
  toInstant(wall: number): number;
  toWall(instant: number): number;
};

export const utc: Zone = { toInstant: (wall) => wall, toWall: (instant) => instant };

export function ianaZone(name: string): Zone {
  return {
    name,
    toInstant: (wall) => instantInZone(wall, name),
    toWall: (instant) => wallInZone(instant, name),
  };
}

/**
 * Finds the zones of a feed's TZIDs: IANA names, also behind a vendor's prefix
 * ("/vendor.org/20240101/America/New_York"); else the feed's own VTIMEZONE; else one of Windows'
 * names. Undefined for others: such a time is refused rather than guessed.
 */
export function zoneReader(definitions: Map<string, string[]>): (tzid: string) => Zone | undefined {
  const known = new Map<string, Zone | undefined>();
  return (tzid) => {
    const id = tzid.slice(0, 200);
    if (!known.has(id)) known.set(id, findZone(id, definitions.get(id)));
    return known.get(id);
  };
}

function findZone(tzid: string, definition: string[] | undefined): Zone | undefined {
  const parts = tzid.split("/").filter((part) => part !== "");
  for (const count of [parts.length, 3, 2, 1]) {
    const iana = readZone(parts.slice(-count).join("/"));
    if (iana !== undefined) return ianaZone(iana);
  }
  const windows = readZone(windowsZone(tzid));
  const own = definition && definedZone(definition, windows);
  return own ?? (windows === undefined ? undefined : ianaZone(windows));
}

/** The zone that a VTIMEZONE describes; undefined for one that is damaged or not yearly. */
function definedZone(lines: string[], name: string | undefined): Zone | undefined {
  const rules = lines.filter((line) => /^RRULE/i.test(line));
  // A rule that repeats more often than a year's changes of the clock is none of a time zone.
  if (rules.some((rule) => !/FREQ=YEARLY/i.test(rule) || /BYHOUR|BYMINUTE|BYSECOND/i.test(rule)))
    return undefined;
  // ical.js takes an offset that is none for UTC.
  const offsets = lines.filter((line) => /^TZOFFSET(?:FROM|TO)\b/i.test(line));
  const isOffset = (line: string) => /:\s*[+-]\d{4}(?:\d\d)?\s*$/.test(line.slice(0, 100));
  if (offsets.length < 2 || !offsets.every(isOffset)) return undefined;
  try {
    const text = ["BEGIN:VCALENDAR", ...lines, "END:VCALENDAR"].join("\r\n");
    const component = new ICAL.Component(ICAL.parse(text) as unknown[]).getFirstSubcomponent(
      "vtimezone",
    );
    if (!component) return undefined;
    const zone = new ICAL.Timezone(component);
    const toInstant = (wall: number) => floating(wall, zone).toUnixTime() * 1000;
    // Tried once: ical.js reads the rules when they are first needed.
    if (!Number.isFinite(toInstant(Date.UTC(2026, 0, 1)))) return undefined;
    return {
      ...(name !== undefined && { name }),
      toInstant,
      toWall: (instant) => wallOf(floating(instant, ICAL.Timezone.utcTimezone).convertToZone(zone)),
    };
  } catch {
    return undefined;
  }
}

/** A local time, given as if it were UTC, as ical.js has it. Without a zone it is floating. */
export function floating(wall: number, zone?: ICAL.Timezone, isDate = false): ICAL.Time {
  const at = new Date(wall);
  return ICAL.Time.fromData(
    {
      year: at.getUTCFullYear(),
      month: at.getUTCMonth() + 1,
      day: at.getUTCDate(),
      hour: at.getUTCHours(),
      minute: at.getUTCMinutes(),
      second: at.getUTCSeconds(),
      isDate,
    },
    zone,
  );
}

/** The local time of ical.js's value as if it were UTC (Unix milliseconds). */
export function wallOf({ year, month, day, hour, minute, second }: ICAL.Time): number {
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
