import type { Reading } from "./assemble.ts";
import { type FeedClock, localZone } from "./feedTimes.ts";
import { type RawEvent, readParts } from "./feedParts.ts";
import { zoneReader } from "./feedZones.ts";
import { readIcsEvent, readOccurrences } from "./icsEvent.ts";
import { type Listing, sortReadings } from "./listing.ts";
import { maxSteps, type Series, type Work } from "./recurrence.ts";
import { readZone } from "./times.ts";

/** A feed contains all events a calendar ever published: those ahead and the newest past ones are kept. */
const maxEvents = 1000;
const dayMs = 86_400_000;

/**
 * Parses Luma's calendar feed (iCalendar, RFC 5545): all published events, past ones included. It
 * has no covers, no visible time zone and no guest counts. `cut`: the file was not read to its end.
 * `now`: Unix milliseconds; `timezone`: the organization's, of dates without a time.
 */
export function parseIcs(
  file: Uint8Array | string,
  cut = false,
  { now, timezone }: { now: number; timezone?: string } = { now: Date.now() },
): Listing {
  const bytes = typeof file === "string" ? new TextEncoder().encode(file) : file;
  const parts = readParts(bytes, now);
  if (!parts.isFeed) return { ok: false, reason: "the calendar feed is not an iCalendar file" };
  const clock: FeedClock = {
    zoneOf: zoneReader(parts.zones),
    local: localZone(readZone(parts.zoneName), timezone),
  };
  const work: Work = { steps: maxSteps };
  let isWhole = parts.isWhole && !cut;
  const readings: Reading[] = [];
  for (const series of seriesIn(parts.events)) {
    if (isSingle(series)) readings.push(readIcsEvent(series.master, clock));
    else {
      const read = readOccurrences(series, clock, now, work);
      for (const reading of read.readings) readings.push(reading);
      if (!read.isWhole) isWhole = false;
    }
  }
  return listingOf(readings, isWhole, now);
}

function isSingle(series: Series): series is { master: RawEvent; overrides: [] } {
  const { master, overrides } = series;
  if (master === undefined || overrides.length > 0) return false;
  return !master.fields.has("RRULE") && !master.dates.some(({ name }) => name === "RDATE");
}

/** The events of a feed by UID; of several revisions of the same one the newest counts. */
function seriesIn(events: RawEvent[]): Series[] {
  const all = new Map<string, { master?: RawEvent; overrides: Map<string, RawEvent> }>();
  for (const [index, event] of events.entries()) {
    // Without a UID an event stands for itself.
    const uid = valueOf(event, "UID") || `#${index}`;
    const known = all.get(uid) ?? { overrides: new Map<string, RawEvent>() };
    all.set(uid, known);
    const date = valueOf(event, "RECURRENCE-ID");
    if (date === "") known.master = newer(known.master, event);
    else known.overrides.set(date, newer(known.overrides.get(date), event));
  }
  return [...all.values()].map(({ master, overrides }) => ({
    master,
    overrides: [...overrides.values()],
  }));
}

/**
 * The newer of two revisions: by SEQUENCE, then LAST-MODIFIED or DTSTAMP (RFC 5546, 2.1.5); of equal
 * ones the first in the file.
 */
function newer(known: RawEvent | undefined, other: RawEvent): RawEvent {
  if (known === undefined) return other;
  const [a, b] = [sequenceOf(known), sequenceOf(other)];
  if (a !== b) return a > b ? known : other;
  return stampOf(other) > stampOf(known) ? other : known;
}

function sequenceOf(event: RawEvent): number {
  const text = valueOf(event, "SEQUENCE");
  return /^\d{1,10}$/.test(text) ? Number(text) : 0;
}

function stampOf(event: RawEvent): string {
  return valueOf(event, "LAST-MODIFIED") || valueOf(event, "DTSTAMP");
}

function valueOf({ fields }: RawEvent, name: string): string {
  return fields.get(name)?.value.trim().slice(0, 300) ?? "";
}

/**
 * Of too many events those ahead are kept, the soonest first, and of the past ones the newest. Where
 * events ahead are left out, the listing is complete up to the last one that is kept.
 */
function listingOf(readings: Reading[], isWhole: boolean, now: number): Listing {
  const { events, refused } = sortReadings(readings);
  const byStart = events.toSorted((a, b) => a.startDate - b.startDate);
  const isAhead = (event: { startDate: number; endDate?: number }) =>
    (event.endDate ?? event.startDate) >= now - dayMs;
  const ahead = byStart.filter(isAhead);
  const past = byStart.filter((event) => !isAhead(event));
  const kept = ahead.slice(0, maxEvents);
  // The refused entry of a past event cannot be one that is missing.
  const open = refused.filter(({ start }) => start === undefined || start >= now - dayMs);
  const isReadable = isWhole && open.length === 0;
  const last = kept.at(-1);
  return {
    ok: true,
    events: [...past.slice(past.length - Math.max(0, maxEvents - kept.length)), ...kept].slice(
      -maxEvents,
    ),
    refused: refused.slice(0, maxEvents),
    complete: isReadable && ahead.length <= maxEvents,
    ...(isReadable && ahead.length > maxEvents && last && { completeUntil: last.startDate }),
  };
}
