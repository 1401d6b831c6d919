import { feedLines, type IcsLine, lineName, readLine } from "./feedLines.ts";

/** One VEVENT: its properties by name, the first one of a repeated property. */
export type RawEvent = {
  fields: Map<string, IcsLine>;
  /** RDATE and EXDATE, which can be repeated. */
  dates: IcsLine[];
};

export type FeedParts = {
  /** Whether the file is an iCalendar file at all. */
  isFeed: boolean;
  /** False where anything is not closed, is closed without having begun, or is no content line. */
  isWhole: boolean;
  /** X-WR-TIMEZONE. */
  zoneName?: string;
  /** The lines of each VTIMEZONE by its TZID. */
  zones: Map<string, string[]>;
  events: RawEvent[];
};

const eventFields = new Set(
  (
    "UID SUMMARY DESCRIPTION LOCATION GEO URL ORGANIZER STATUS CLASS SEQUENCE DTSTAMP " +
    "LAST-MODIFIED DTSTART DTEND DURATION RRULE RDATE EXDATE RECURRENCE-ID"
  ).split(" "),
);
/**
 * The other properties that a VEVENT can have (IANA's registry of iCalendar properties); those of
 * programs begin with "X-". A property of another name is a damaged one, perhaps RRULE.
 */
const otherFields = new Set(
  (
    "ATTACH ATTENDEE CATEGORIES COMMENT CONTACT CREATED PRIORITY RELATED-TO REQUEST-STATUS RESOURCES " +
    "TRANSP EXRULE COLOR IMAGE CONFERENCE NAME SOURCE REFRESH-INTERVAL STYLED-DESCRIPTION " +
    "STRUCTURED-DATA LOCATION-TYPE PARTICIPANT-TYPE RESOURCE-TYPE CALENDAR-ADDRESS CONCEPT LINK REFID " +
    "ESTIMATED-DURATION"
  ).split(" "),
);
const maxZones = 50;
const maxZoneLines = 500;
/** Of the past only this many events are kept while a feed is read, the newest ones. */
const maxPast = 1000;
/** More events than any calendar has ahead of it; further ones make the listing incomplete. */
const maxHeld = 20_000;

/**
 * Reads the components of a file in one pass, holding no more than it needs: a feed contains all
 * events a calendar ever published. `now`: Unix milliseconds.
 */
export function readParts(bytes: Uint8Array, now: number): FeedParts {
  const parts: FeedParts = { isFeed: false, isWhole: true, zones: new Map(), events: [] };
  // An alarm inside an event has a DESCRIPTION too: each line belongs to the innermost component.
  const open: string[] = [];
  let event: RawEvent = emptyEvent();
  const past: RawEvent[] = [];
  let zone: string[] = [];
  const today = dayDigits(now - 2 * 86_400_000);
  for (const line of feedLines(bytes)) {
    const name = lineName(line);
    if (name === undefined) {
      if (line.trim() !== "") parts.isWhole = false;
      continue;
    }
    if (name === "BEGIN") {
      const component = componentOf(line);
      if (component === "VCALENDAR") parts.isFeed = true;
      // A component that cannot stand here: the one around it was not closed.
      if (component === "VCALENDAR" ? open.length > 0 : open.length === 0) parts.isWhole = false;
      if (component === "VEVENT" && open.at(-1) !== "VCALENDAR") {
        parts.isWhole = false;
        open.length = Math.min(open.length, 1);
      }
      if (component === "VEVENT") event = emptyEvent();
      if (component === "VTIMEZONE") zone = [];
      open.push(component);
      if (open.includes("VTIMEZONE") && zone.length < maxZoneLines) zone.push(line);
    } else if (name === "END") {
      const component = componentOf(line);
      if (open.includes("VTIMEZONE") && zone.length < maxZoneLines) zone.push(line);
      if (open.at(-1) !== component) parts.isWhole = false;
      const at = open.lastIndexOf(component);
      if (at === -1) continue;
      open.length = at;
      if (component === "VEVENT") keep(parts, past, event, today);
      if (component === "VTIMEZONE") keepZone(parts, zone);
    } else if (open.includes("VTIMEZONE")) {
      if (zone.length < maxZoneLines) zone.push(line);
    } else if (open.at(-1) === "VEVENT") {
      if (eventFields.has(name)) addField(parts, event, line);
      else if (!name.startsWith("X-") && !otherFields.has(name)) parts.isWhole = false;
    } else if (name === "X-WR-TIMEZONE") {
      parts.zoneName ??= readLine(line)?.value.trim() ?? "";
    }
  }
  if (open.length > 0) parts.isWhole = false;
  return { ...parts, events: [...parts.events, ...past] };
}

function emptyEvent(): RawEvent {
  return { fields: new Map(), dates: [] };
}

function componentOf(line: string): string {
  return line
    .slice(line.indexOf(":") + 1)
    .trim()
    .slice(0, 40)
    .toUpperCase();
}

function addField(parts: FeedParts, event: RawEvent, text: string): void {
  const line = readLine(text);
  if (line === undefined) {
    parts.isWhole = false;
    return;
  }
  if (line.name === "RDATE" || line.name === "EXDATE") {
    event.dates.push(line);
    return;
  }
  if (!event.fields.has(line.name)) event.fields.set(line.name, line);
  // Two events whose border was lost would look like one.
  else if (line.name === "UID" || line.name === "DTSTART") parts.isWhole = false;
}

function keepZone(parts: FeedParts, lines: string[]): void {
  const id = lines.find((line) => lineName(line) === "TZID");
  const name = id === undefined ? undefined : readLine(id)?.value.trim();
  if (name !== undefined && parts.zones.size < maxZones) parts.zones.set(name, lines);
}

/** Keeps an event; of too many past ones the newest, of too many others the first in the file. */
function keep(parts: FeedParts, past: RawEvent[], event: RawEvent, today: string): void {
  if (!isPast(event, today)) {
    if (parts.events.length < maxHeld) parts.events.push(event);
    else parts.isWhole = false;
    return;
  }
  past.push(event);
  if (past.length < 2 * maxPast) return;
  past.sort((a, b) => (startDigits(a) < startDigits(b) ? 1 : -1));
  past.length = maxPast;
}

/** Whether an event is over for sure, by the digits of its dates alone. */
function isPast({ fields }: RawEvent, today: string): boolean {
  if (fields.has("RRULE") || fields.has("RDATE")) return false;
  const last = fields.get("DTEND") ?? fields.get("DTSTART");
  const digits = last?.value.trim().slice(0, 8) ?? "";
  return /^\d{8}$/.test(digits) && digits < today && !fields.has("DURATION");
}

function startDigits({ fields }: RawEvent): string {
  return fields.get("DTSTART")?.value.trim().slice(0, 15) ?? "";
}

function dayDigits(at: number): string {
  return new Date(at).toISOString().slice(0, 10).replaceAll("-", "");
}
