import { asFields, asList, decodeEntities } from "./text.ts";
import type { Reading } from "./assemble.ts";
import { findLdEvents, readLdEvent } from "./jsonLd.ts";
import { type Listing, mergeReadings, sortReadings } from "./listing.ts";
import { safeJson } from "../boundedFetch.ts";
import { type Scan, scanHtml } from "./scanHtml.ts";
import { calendarId } from "./addresses.ts";
import { readJsonEvent } from "./json.ts";

/** The maximum number of events on a page; a full page is not known to list later events. */
const pageSize = 20;

/** Parses a calendar page or an event page of luma.com. `cut`: the page was not read to its end. */
export function parsePage(html: string, cut = false): Listing {
  const scan = scanHtml(html);
  const ld = findLdEvents(scan.scripts.filter(isLd).map((script) => readScript(script.content)));
  const nextScript = scan.scripts.find((s) => s.attributes.get("id") === "__NEXT_DATA__");
  const next = readNextData(nextScript && readScript(nextScript.content));

  const readings = mergeReadings(ld.events.map(readLdEvent), next.readings);
  const listed = ld.listed || next.listed;
  if (!listed && readings.length === 0) return { ok: false, reason: noData(scan) };
  if (readings.length === 0 && Math.max(ld.shown, ld.promised) > 0) {
    return { ok: false, reason: "the calendar page promises events and holds none" };
  }
  const { events, refused } = sortReadings(readings);
  const id = readAppCalendar(scan) ?? next.calendarId;
  const count = Math.max(ld.shown, next.listed ? next.readings.length : 0, readings.length);
  const complete = listed && !cut && count < pageSize && ld.promised <= ld.shown;
  return {
    ok: true,
    events,
    refused,
    complete,
    ...(complete || !listed ? {} : lastStart(readings)),
    ...(id !== undefined && listed ? { calendarId: id } : {}),
  };
}

function isLd(script: Scan["scripts"][number]): boolean {
  const type = script.attributes.get("type")?.split(";", 1)[0] ?? "";
  return type.trim().toLowerCase() === "application/ld+json";
}

/** Parses the JSON of a script, which can be wrapped in a comment or escaped as HTML. */
function readScript(content: string): unknown {
  const core = between(between(content, "<![CDATA[", "]]>"), "<!--", "-->").trim();
  // Removes the "//" of a closing "//]]>".
  const json = core.endsWith("//") ? core.slice(0, -2) : core;
  return safeJson(json) ?? (json.includes("&quot;") ? safeJson(decodeEntities(json)) : undefined);
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

function lastStart(readings: Reading[]): { completeUntil?: number } {
  const starts = readings.flatMap((reading) => (reading.ok ? [reading.event.startDate] : []));
  return starts.length === 0 ? {} : { completeUntil: Math.max(...starts) };
}

function noData(scan: Scan): string {
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
};

const listKeys = ["featured_items", "entries", "items", "events"];

/**
 * Parses the page's `__NEXT_DATA__` (captures of 2026): the entries of the keyless JSON at
 * `props.pageProps.initialData.data.featured_items`, richer than the ld+json.
 */
export function readNextData(document: unknown): NextData {
  const props = asFields(asFields(asFields(document)?.["props"])?.["pageProps"]);
  const initial = asFields(props?.["initialData"]);
  const data = asFields(initial?.["data"]) ?? initial ?? {};
  const entries = listKeys.map((key) => data[key]).find((value) => Array.isArray(value));
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
