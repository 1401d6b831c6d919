import type { Reading } from "./assemble.ts";
import { identity } from "./identity.ts";
import type { LumaEvent } from "./types.ts";

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
