import type { Reading } from "./assemble.ts";
import { readIcsEvent, type IcsFields } from "./icsEvent.ts";
import { readIcsLines, type IcsLine } from "./icsLines.ts";
import { sortReadings, type Listing } from "./listing.ts";
import { readZone } from "./zone.ts";

/** A feed holds everything a calendar ever published: of more, the latest are kept. */
const MAX_EVENTS = 1000;

/**
 * Reads Luma's calendar feed: everything published, past events too. It knows no cover, no visible
 * time zone and nothing about guests. `cut`: the file was not read to its end.
 */
export function parseIcs(file: Uint8Array | string, cut = false): Listing {
  const lines = readIcsLines(typeof file === "string" ? new TextEncoder().encode(file) : file);
  if (!lines.some((line) => is(line, "BEGIN", "VCALENDAR"))) {
    return { ok: false, reason: "the calendar feed is not an iCalendar file" };
  }
  const readings = readEvents(lines);
  const kept = readings.toSorted((a, b) => startOf(b) - startOf(a)).slice(0, MAX_EVENTS);
  const whole = !cut && lines.some((line) => is(line, "END", "VCALENDAR"));
  return {
    ok: true,
    ...sortReadings(kept.toSorted((a, b) => startOf(a) - startOf(b))),
    complete: whole,
  };
}

function readEvents(lines: IcsLine[]): Reading[] {
  const zone = readZone(lines.find((line) => line.name === "X-WR-TIMEZONE")?.value);
  const readings: Reading[] = [];
  // Alarms inside an event have a DESCRIPTION too: only the innermost component's lines are its own.
  const open: string[] = [];
  let fields: IcsFields = new Map();
  for (const line of lines) {
    const component = line.value.trim().toUpperCase();
    if (line.name === "BEGIN") {
      open.push(component);
      if (component === "VEVENT") fields = new Map();
    } else if (line.name === "END") {
      if (component === "VEVENT" && open.at(-1) === "VEVENT") {
        readings.push(readIcsEvent(fields, zone));
      }
      open.splice(Math.max(open.lastIndexOf(component), 0));
    } else if (open.at(-1) === "VEVENT" && !fields.has(line.name)) {
      fields.set(line.name, line);
    }
  }
  return readings;
}

function is(line: IcsLine, name: string, value: string): boolean {
  return line.name === name && line.value.trim().toUpperCase() === value;
}

/** A refused entry has no time; it must not push out an event that has one. */
function startOf(reading: Reading): number {
  return reading.ok ? reading.event.startDate : 0;
}
