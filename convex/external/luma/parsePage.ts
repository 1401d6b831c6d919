import { decodeEntities } from "./entities.ts";
import type { Reading } from "./assemble.ts";
import { findLdEvents } from "./ldNodes.ts";
import { sortReadings, type Listing } from "./listing.ts";
import { mergeReadings } from "./mergeEvents.ts";
import { readNextData } from "./nextData.ts";
import { readLdEvent } from "./parseLd.ts";
import { safeJson } from "../safeJson.ts";
import { scanHtml, type Scan } from "./scanHtml.ts";
import { calendarId } from "./slug.ts";

/** A page shows at most this many upcoming events; a full page says nothing about later ones. */
const PAGE_SIZE = 20;

/** Reads a calendar page, or an event's page, of luma.com. `cut`: the page was not read to its end. */
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
  const complete = listed && !cut && count < PAGE_SIZE && ld.promised <= ld.shown;
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

/** The JSON of a script, also where it was wrapped in a comment or escaped as HTML. */
function readScript(content: string): unknown {
  const core = between(between(content, "<![CDATA[", "]]>"), "<!--", "-->").trim();
  // What is left of "//]]>" in front of the end.
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
