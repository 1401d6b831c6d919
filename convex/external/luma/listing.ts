import { identity } from "./identity.ts";
import { asFields, asList } from "./lenient.ts";
import type { Reading } from "./assemble.ts";
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
const MAX_ENTRIES = 2000;

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
    ...sortReadings(asList(entries).slice(0, MAX_ENTRIES).map(read)),
    // "There is more" without a way to get it: what is missing is not gone.
    complete: (!more || next !== "") && entries.length <= MAX_ENTRIES,
    ...(more && next !== "" ? { next } : {}),
  };
}
