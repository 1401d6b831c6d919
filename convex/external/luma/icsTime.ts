import type { IcsLine } from "./icsLines.ts";
import { readTime } from "./times.ts";
import { readZone } from "./zone.ts";

export type IcsTime = { at: number; zone?: string };

/**
 * DTSTART or DTEND: UTC ("...Z"), a wall clock with TZID, a bare date, or a floating wall clock,
 * which only the calendar's own zone (X-WR-TIMEZONE) can place. Unix ms.
 */
export function readIcsTime(line: IcsLine | undefined, calendarZone?: string): IcsTime | undefined {
  if (line === undefined) return undefined;
  const named = line.params.get("TZID");
  // A TZID nobody knows leaves a wall clock without a zone, which is no time: no guessing.
  const zone = named === undefined ? calendarZone : readTzid(named);
  const at = readTime(line.value, zone);
  if (at === undefined) return undefined;
  const isUtc = /Z\s*$/i.test(line.value);
  return zone === undefined || isUtc ? { at } : { at, zone };
}

/** Some programs write "/vendor.org/20240101/America/New_York": the end of it is the zone. */
function readTzid(name: string): string | undefined {
  const parts = name.split("/").filter((part) => part !== "");
  for (const count of [parts.length, 3, 2, 1]) {
    const zone = readZone(parts.slice(-count).join("/"));
    if (zone !== undefined) return zone;
  }
  return undefined;
}
