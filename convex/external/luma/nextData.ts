import { readJsonEvent } from "./jsonEvent.ts";
import type { Reading } from "./assemble.ts";
import { asFields, asList } from "./lenient.ts";
import { calendarId } from "./slug.ts";

export type NextData = {
  /** Readings of the featured events, or of the one event an event's page is about. */
  readings: Reading[];
  /** The page carried a list of events, be it an empty one. */
  listed: boolean;
  calendarId?: string;
};

const LIST_KEYS = ["featured_items", "entries", "items", "events"];

/**
 * What the page's own program starts from (`__NEXT_DATA__`, captures of 2026): the entries of the
 * keyless JSON at `props.pageProps.initialData.data.featured_items`, richer than the ld+json.
 */
export function readNextData(document: unknown): NextData {
  const props = asFields(asFields(asFields(document)?.["props"])?.["pageProps"]);
  const initial = asFields(props?.["initialData"]);
  const data = asFields(initial?.["data"]) ?? initial ?? {};
  const entries = LIST_KEYS.map((key) => data[key]).find((value) => Array.isArray(value));
  if (entries !== undefined) {
    const id = readId(asFields(data["calendar"])?.["api_id"]) ?? readId(data["api_id"]);
    const readings = asList(entries).map(readJsonEvent);
    return { readings, listed: true, ...(id === undefined ? {} : { calendarId: id }) };
  }
  const single = asFields(data["event"]);
  return { readings: single === undefined ? [] : [readJsonEvent(data)], listed: false };
}

function readId(value: unknown): string | undefined {
  return calendarId(typeof value === "string" ? value : undefined);
}
