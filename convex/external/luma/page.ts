import { asFields, asList, decodeEntities } from "./text.ts";
import type { Reading } from "./assemble.ts";
import { findLdEvents, type LdFound, readLdEvent } from "./jsonLd.ts";
import { type Listing, maxEntries, mergeReadings, sortReadings } from "./listing.ts";
import { safeJson } from "../boundedFetch.ts";
import { type Scan, scanHtml } from "./scanHtml.ts";
import { calendarId } from "./addresses.ts";
import { readJsonEvent } from "./json.ts";
import type { WrongPage } from "./types.ts";

/** The maximum number of events on a page; a full page is not known to list later events. */
const pageSize = 20;

/**
 * Parses a calendar page of luma.com. `cut`: the page was not read to its end. `dayZone`: the zone of
 * dates without a time. Of other pages of Luma (an event's own, a city's) it says so.
 */
export function parsePage(html: string, cut = false, dayZone?: string): Listing {
  const scan = scanHtml(html);
  const documents = scan.scripts.filter(isLd).map((script) => readScript(script.content));
  const ld = findLdEvents(documents);
  const nextScript = scan.scripts.find((s) => s.attributes.get("id") === "__NEXT_DATA__");
  const nextDocument = nextScript && readScript(nextScript.content);
  const next = readNextData(nextDocument, dayZone);

  const listed = ld.events.slice(0, maxEntries).map((event) => readLdEvent(event, dayZone));
  const unread = Array.from({ length: Math.min(ld.unread, maxEntries) }, () => notAnEvent);
  const readings = mergeReadings([...listed, ...unread], next.readings);
  const promised = Math.max(ld.shown, ld.promised) > 0;
  const wrong = wrongPage(ld, next);
  // The page data has a choice of events ("featured"): it is the whole list only where there is no
  // other, read or not.
  const isAlone = documents.length === 0 && !ldMarks.some((mark) => html.includes(mark));
  const isListed = ld.listed || (next.listed && isAlone);
  if (readings.length === 0 && wrong === undefined && (!isListed || promised)) {
    return { ok: false, reason: noData(scan, promised) };
  }
  const { events, refused } = sortReadings(readings);
  const isDamaged =
    scan.isCut || cut || refused.length > 0 || [nextDocument, ...documents].includes(damaged);
  const id = readAppCalendar(scan) ?? next.calendarId;
  const count = Math.max(ld.shown, next.readings.length, readings.length);
  const isFull = count >= pageSize || ld.promised > ld.shown || ld.events.length > maxEntries;
  const complete = isListed && wrong === undefined && !isDamaged && !isFull;
  return {
    ok: true,
    events,
    refused,
    complete,
    ...(wrong !== undefined && { wrongPage: wrong }),
    ...(!complete && ld.listed && !isDamaged ? lastStart(listed) : {}),
    ...(id !== undefined && (ld.listed || next.listed) ? { calendarId: id } : {}),
  };
}

const ldMarks = ["ld+json", "itemListElement"];
const notAnEvent: Reading = { ok: false, refused: { reason: "it is not an event" } };

/** Which other page of Luma this is: an event's own, a city's, a person's. */
function wrongPage(ld: LdFound, next: NextData): WrongPage | undefined {
  if (next.kind === "event") return "event-page";
  if (next.kind !== undefined && next.kind !== "calendar") return "other-page";
  if (ld.listed || next.listed) return undefined;
  return Math.max(ld.events.length, next.readings.length) === 1 ? "event-page" : undefined;
}

function isLd(script: Scan["scripts"][number]): boolean {
  const type = script.attributes.get("type")?.split(";", 1)[0] ?? "";
  return type.trim().toLowerCase() === "application/ld+json";
}

/** Stands for a script whose content is no JSON. */
const damaged = Symbol("damaged");

/** Parses the JSON of a script, which can be wrapped in a comment or escaped as HTML. */
function readScript(content: string): unknown {
  const core = between(between(content, "<![CDATA[", "]]>"), "<!--", "-->").trim();
  // Removes the "//" of a closing "//]]>".
  const json = core.endsWith("//") ? core.slice(0, -2) : core;
  if (json === "") return undefined;
  const read =
    safeJson(json) ?? (json.includes("&quot;") ? safeJson(decodeEntities(json)) : undefined);
  return read === undefined ? damaged : read;
}

function between(text: string, open: string, close: string): string {
  const start = text.slice(0, 100).indexOf(open);
  const end = text.lastIndexOf(close);
  return start === -1 || end < start ? text : text.slice(start + open.length, end);
}

/** `<meta name="apple-itunes-app" content="app-id=1, app-argument=luma://calendar/cal-...">`. */
function readAppCalendar(scan: Scan): string | undefined {
  const mark = "luma://calendar/";
  for (const { attributes } of scan.metas) {
    const content = attributes.get("content") ?? "";
    const at = content.indexOf(mark);
    if (attributes.get("name")?.toLowerCase() !== "apple-itunes-app" || at === -1) continue;
    return calendarId(content.slice(at + mark.length).split(/[^A-Za-z0-9_-]/, 1)[0]);
  }
  return undefined;
}

/**
 * Up to where a full page is whole: the start of the last event in its list. A list that is not in
 * the order of its starts proves nothing.
 */
function lastStart(listed: Reading[]): { completeUntil?: number } {
  const starts = listed.flatMap((reading) => (reading.ok ? [reading.event.startDate] : []));
  const last = starts.at(-1);
  const isSorted = starts.every((start, index) => start >= (starts[index - 1] ?? start));
  return last === undefined || !isSorted ? {} : { completeUntil: last };
}

function noData(scan: Scan, promised: boolean): string {
  if (promised) return "the calendar page promises events and holds none";
  const limited = scan.title?.toLowerCase().includes("rate limit") === true;
  return limited
    ? "Luma answered with its rate limit page instead of the calendar"
    : "the calendar page holds no event data";
}

export type NextData = {
  /** The featured events, or the single event of an event page. */
  readings: Reading[];
  /** Whether the page has a list of events, possibly empty. */
  listed: boolean;
  calendarId?: string;
  /** What kind of page Luma calls it: "calendar", "event", "discover-place". */
  kind?: string;
};

const listKeys = ["featured_items", "entries", "items", "events"];

/**
 * Parses the page's `__NEXT_DATA__` (captures of 2026): the entries of the keyless JSON at
 * `props.pageProps.initialData.data.featured_items`, richer than the ld+json.
 */
export function readNextData(document: unknown, dayZone?: string): NextData {
  const props = asFields(asFields(asFields(document)?.["props"])?.["pageProps"]);
  const initial = asFields(props?.["initialData"]);
  const data = asFields(initial?.["data"]) ?? initial ?? {};
  const kind = initial?.["kind"];
  const named = typeof kind === "string" && kind !== "" ? { kind: kind.toLowerCase() } : {};
  const entries = listKeys.map((key) => data[key]).find((value) => Array.isArray(value));
  if (entries !== undefined) {
    const id = readId(asFields(data["calendar"])?.["api_id"]) ?? readId(data["api_id"]);
    const readings = asList(entries)
      .slice(0, maxEntries)
      .map((entry) => readJsonEvent(entry, dayZone));
    return { readings, listed: true, ...named, ...(id === undefined ? {} : { calendarId: id }) };
  }
  const single = asFields(data["event"]);
  const readings = single === undefined ? [] : [readJsonEvent(data, dayZone)];
  return { readings, listed: false, ...named };
}

function readId(value: unknown): string | undefined {
  return calendarId(typeof value === "string" ? value : undefined);
}
