import { identity, type Reading } from "./assemble.ts";
import { asFields, asList } from "./text.ts";
import type { LumaEvent, Refused } from "./types.ts";

/** What a parser makes of one document. `suspicious`: no data where data belonged. */
export type Listing =
  | {
      ok: true;
      events: LumaEvent[];
      refused: Refused[];
      /** This document says nothing about events that are not on it, or on its further pages. */
      complete: boolean;
      /** Unix ms, see `LumaPage`. */
      completeUntil?: number;
      /** Luma's cursor for the next page. */
      next?: string;
      calendarId?: string;
    }
  | { ok: false; reason: string };

/** Far more than any page holds: what comes after it is not read. */
const maxEntries = 2000;

/** Sorts readings into events and refusals; an event listed twice is kept once, as first read. */
export function sortReadings(readings: Reading[]): { events: LumaEvent[]; refused: Refused[] } {
  const events = new Map<string, LumaEvent>();
  const refused: Refused[] = [];
  for (const reading of readings) {
    if (!reading.ok) refused.push(reading.refused);
    else if (!events.has(identity(reading.event))) {
      events.set(identity(reading.event), reading.event);
    }
  }
  return { events: [...events.values()], refused };
}

/** The paged container of both JSON interfaces: `{entries, has_more, next_cursor}`. */
export function readJsonListing(document: unknown, read: (entry: unknown) => Reading): Listing {
  const container = asFields(document);
  const entries = container?.["entries"];
  if (container === undefined || !Array.isArray(entries)) {
    return { ok: false, reason: "the answer holds no list of events" };
  }
  const cursor = container["next_cursor"];
  const next = typeof cursor === "string" && cursor.length <= 4000 && cursor !== "" ? cursor : "";
  const more = container["has_more"] === true || (container["has_more"] !== false && next !== "");
  return {
    ok: true,
    ...sortReadings(asList(entries).slice(0, maxEntries).map(read)),
    // "There is more" without a way to get it: what is missing is not gone.
    complete: (!more || next !== "") && entries.length <= maxEntries,
    ...(more && next !== "" ? { next } : {}),
  };
}

/**
 * Joins what a page says twice: ld+json first (its order is the page's), the richer page data over
 * it. The same event is found by its id, slug or address. What only one side has, stays.
 */
export function mergeReadings(plain: Reading[], rich: Reading[]): Reading[] {
  const richByKey = new Map<string, Extract<Reading, { ok: true }>>();
  for (const reading of rich) {
    if (reading.ok) for (const key of keys(reading.event)) richByKey.set(key, reading);
  }
  const used = new Set<Reading>();
  const merged = plain.map((reading): Reading => {
    const event = reading.ok ? reading.event : undefined;
    const known = event === undefined ? refusedKeys(reading) : keys(event);
    const match = known.map((key) => richByKey.get(key)).find((found) => found !== undefined);
    if (match === undefined) return reading;
    used.add(match);
    return event === undefined ? match : { ...match, event: merge(event, match) };
  });
  return [...merged, ...rich.filter((reading) => !used.has(reading) && !isKnown(reading, merged))];
}

function merge(plain: LumaEvent, rich: { event: LumaEvent; placeHidden: boolean }): LumaEvent {
  const { location, locationDetails, locationUrl, coordinates, ...others } = plain;
  // The place is taken whole from one side: a mixture could give away a hidden address.
  const keepPlace = !rich.placeHidden && rich.event.location === undefined;
  const place = keepPlace
    ? {
        ...(location === undefined ? {} : { location }),
        ...(locationDetails === undefined ? {} : { locationDetails }),
        ...(locationUrl === undefined ? {} : { locationUrl }),
        ...(coordinates === undefined ? {} : { coordinates }),
      }
    : {};
  return { ...others, ...place, ...rich.event };
}

function keys(event: LumaEvent): string[] {
  return [event.lumaEventId, event.lumaSlug, event.lumaUrl].filter((key) => key !== undefined);
}

function refusedKeys(reading: Reading): string[] {
  return reading.ok || reading.refused.identity === undefined ? [] : [reading.refused.identity];
}

/** A refused richer entry whose event the other side could read is no refusal. */
function isKnown(reading: Reading, merged: Reading[]): boolean {
  if (reading.ok) return false;
  const id = reading.refused.identity;
  return merged.some(
    (other) =>
      other.ok && (identity(other.event) === id || keys(other.event).some((key) => key === id)),
  );
}
