import { identity, type Reading } from "./assemble.ts";
import { asFields, asList } from "./text.ts";
import type { LumaEvent, Refused, WrongPage } from "./types.ts";

/** The result of parsing one document; not `ok` where it has no event data at all. */
export type Listing =
  | {
      ok: true;
      events: LumaEvent[];
      refused: Refused[];
      /**
       * This document and its further pages list every upcoming event: nothing in it was cut, damaged
       * or refused.
       */
      complete: boolean;
      /** Unix ms, see `LumaPage`. */
      completeUntil?: number;
      /** Luma's cursor for the next page. */
      next?: string;
      calendarId?: string;
      /** The document is a page of Luma, and not a calendar's. */
      wrongPage?: WrongPage;
    }
  | { ok: false; reason: string };

/** Far more than any page contains; further entries are not read, which makes it incomplete. */
export const maxEntries = 2000;

/**
 * Separates events from refused entries; of duplicate events the first is kept. Events off Luma can
 * share an address: without an id they are told apart by their start.
 */
export function sortReadings(readings: Reading[]): { events: LumaEvent[]; refused: Refused[] } {
  const events = new Map<string, LumaEvent>();
  const refused: Refused[] = [];
  for (const reading of readings) {
    if (!reading.ok) refused.push(reading.refused);
    else {
      const key = keyOf(reading.event);
      if (!events.has(key)) events.set(key, reading.event);
    }
  }
  return { events: [...events.values()], refused };
}

function keyOf(event: LumaEvent): string {
  const { lumaEventId, entryId } = event;
  const isShared = event.external === true && lumaEventId === undefined && entryId === undefined;
  return isShared ? startKey(event) : identity(event);
}

function startKey({ lumaUrl, startDate }: LumaEvent): string {
  return `${lumaUrl} ${Math.floor(startDate / 60_000)}`;
}

/** Parses the paged container of both JSON interfaces: `{entries, has_more, next_cursor}`. */
export function readJsonListing(document: unknown, read: (entry: unknown) => Reading): Listing {
  const container = asFields(document);
  const entries = container?.["entries"];
  if (container === undefined || !Array.isArray(entries)) {
    return { ok: false, reason: "the answer holds no list of events" };
  }
  const cursor = container["next_cursor"];
  const next = typeof cursor === "string" && cursor.length <= 4000 && cursor !== "" ? cursor : "";
  const more = container["has_more"] === true || (container["has_more"] !== false && next !== "");
  const sorted = sortReadings(asList(entries).slice(0, maxEntries).map(read));
  // `has_more` without a cursor: the listing is incomplete, so missing events have not vanished.
  const isWhole = (!more || next !== "") && entries.length <= maxEntries;
  return {
    ok: true,
    ...sorted,
    complete: isWhole && sorted.refused.length === 0,
    ...(more && next !== "" ? { next } : {}),
  };
}

/**
 * Merges the two descriptions of a page's events: the ld+json, whose order is kept, and the richer
 * page data, which takes precedence. Events are matched by id, slug or address; unmatched ones
 * stay.
 */
export function mergeReadings(plain: Reading[], rich: Reading[]): Reading[] {
  const shared = sharedLinks([plain, rich]);
  const keys = (event: LumaEvent) => keysOf(event, shared);
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
  // A refused entry of the page data may be an event that the ld+json contains.
  const known = new Set(merged.flatMap((one) => (one.ok ? keys(one.event) : [])));
  const isKnown = (reading: Reading) =>
    !reading.ok && reading.refused.identity !== undefined && known.has(reading.refused.identity);
  return [...merged, ...rich.filter((reading) => !used.has(reading) && !isKnown(reading))];
}

/** The addresses that several events of one description share. */
function sharedLinks(descriptions: Reading[][]): Set<string> {
  const shared = new Set<string>();
  for (const readings of descriptions) {
    const seen = new Set<string>();
    for (const reading of readings) {
      if (!reading.ok) continue;
      const { lumaUrl } = reading.event;
      if (seen.has(lumaUrl)) shared.add(lumaUrl);
      seen.add(lumaUrl);
    }
  }
  return shared;
}

function merge(plain: LumaEvent, rich: { event: LumaEvent; placeHidden: boolean }): LumaEvent {
  const { location, locationDetails, locationUrl, coordinates, ...others } = plain;
  // The place is taken from one side only: a mixture could reveal a hidden address.
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

function keysOf(event: LumaEvent, shared: ReadonlySet<string>): string[] {
  const { lumaEventId, entryId, lumaSlug, lumaUrl } = event;
  const link = shared.has(lumaUrl) ? startKey(event) : lumaUrl;
  return [lumaEventId, entryId, lumaSlug, link].filter((key) => key !== undefined);
}

function refusedKeys(reading: Reading): string[] {
  return reading.ok || reading.refused.identity === undefined ? [] : [reading.refused.identity];
}
