import type { IcsLine } from "./feedLines.ts";
import type { RawEvent } from "./feedParts.ts";
import { ianaZone, utc, type Zone } from "./feedZones.ts";
import { isDay, readDuration, readWall } from "./times.ts";

const dayMs = 86_400_000;

/** How the times of one feed are read. */
export type FeedClock = {
  zoneOf: (tzid: string) => Zone | undefined;
  /** The zone of dates without a time and of local times: the calendar's, else the organization's. */
  local: Zone | undefined;
};

/** A local time as if it were UTC (Unix milliseconds), and its zone. */
export type IcsTime = { wall: number; zone: Zone; isDay: boolean };

/**
 * Parses DTSTART, DTEND or RECURRENCE-ID: UTC ("...Z"), local time with TZID, a date, or local time
 * without a zone, which is read in the calendar's (RFC 5545, 3.3.5). A time with an unknown TZID is
 * undefined rather than guessed.
 */
export function readIcsTime(line: IcsLine | undefined, clock: FeedClock): IcsTime | undefined {
  return line === undefined ? undefined : readIcsValue(line.value, line, clock);
}

/** The same for one value of a line that can hold several (RDATE, EXDATE). */
export function readIcsValue(text: string, line: IcsLine, clock: FeedClock): IcsTime | undefined {
  const value = text.slice(0, 100).trim();
  const isUtc = value.endsWith("Z") || value.endsWith("z");
  const wall = readWall(isUtc ? value.slice(0, -1) : value);
  if (wall === undefined) return undefined;
  const named = line.params.get("TZID");
  if (isDay(value)) {
    const zone = (named === undefined ? undefined : clock.zoneOf(named)) ?? clock.local ?? utc;
    return { wall, zone, isDay: true };
  }
  if (isUtc) return { wall, zone: utc, isDay: false };
  const zone = named === undefined ? clock.local : clock.zoneOf(named);
  return zone === undefined ? undefined : { wall, zone, isDay: false };
}

export function instantOf({ wall, zone }: IcsTime): number {
  return zone.toInstant(wall);
}

/**
 * How long an event is, in milliseconds of its own clock: its end or duration; a day for a date
 * without a time (RFC 5545, 3.6.1). Undefined where it is not known.
 */
export function lengthOf(
  { fields }: RawEvent,
  start: IcsTime,
  clock: FeedClock,
): number | undefined {
  const end = readIcsTime(fields.get("DTEND"), clock);
  const length =
    end === undefined
      ? readDuration(fields.get("DURATION")?.value)
      : start.zone.toWall(instantOf(end)) - start.wall;
  if (length !== undefined && length >= 0 && !(start.isDay && length === 0)) return length;
  return start.isDay ? dayMs : undefined;
}

/** The zone of the calendar's local times. */
export function localZone(...names: (string | undefined)[]): Zone | undefined {
  const name = names.find((one) => one !== undefined);
  return name === undefined ? undefined : ianaZone(name);
}
