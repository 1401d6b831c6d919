import { parseApi, parseItems } from "./json.ts";
import { parseIcs } from "./ics.ts";
import { parsePage } from "./page.ts";
import { type Reply, request } from "./request.ts";
import { safeJson } from "../boundedFetch.ts";
import type { Listing } from "./listing.ts";
import type { LumaAnswer, LumaCursor, LumaDeps } from "./types.ts";

const apiHost = "public-api.luma.com";
const apiPath = "/v1/calendars/events/list";
const legacyApiPath = "/v1/calendar/list-events";
const itemsHost = "api2.luma.com";
const icsHost = "api.lu.ma";
const pageHosts = ["luma.com", "www.luma.com", "lu.ma", "www.lu.ma"];
const pageLimit = "50";
const dayMs = 86_400_000;
/** A feed holds everything that a calendar ever published. More is cut, which is reported. */
const maxFeedBytes = 12_000_000;

/** Reads the official API: the current path, or the older one where the current one is missing. */
export async function readApi(apiKey: string, at: LumaCursor, deps: LumaDeps): Promise<LumaAnswer> {
  if (!/^[\x21-\x7e]{1,500}$/.test(apiKey)) {
    return { kind: "failed", reason: "the Luma API key is not one", permanent: true };
  }
  const parse = jsonWith((document) => parseApi(document, deps.timezone));
  const ask = async (path: string) => {
    const url = new URL(`https://${apiHost}${path}`);
    // From yesterday on, so that events in progress are listed.
    url.searchParams.set("after", new Date(deps.now - dayMs).toISOString());
    url.searchParams.set("sort_column", "start_at");
    url.searchParams.set("sort_direction", "asc");
    setPage(url, at);
    const headers = { "x-luma-api-key": apiKey };
    return await request(
      { ...json, url, hosts: [apiHost], what: "Luma's official API", headers },
      deps,
    );
  };
  if (at.legacyApi === true) return fromReply(await ask(legacyApiPath), at, parse);
  const reply = await ask(apiPath);
  const isGone = reply.kind === "failed" && reply.status === 404 && at.value === undefined;
  if (!isGone) return fromReply(reply, at, parse);
  return fromReply(await ask(legacyApiPath), { ...at, legacyApi: true }, parse);
}

/** Reads the keyless JSON of Luma's own pages: upcoming events only. */
export async function readItems(
  calendarId: string,
  at: LumaCursor,
  deps: LumaDeps,
): Promise<LumaAnswer> {
  const url = new URL(`https://${itemsHost}/calendar/get-items`);
  url.searchParams.set("calendar_api_id", calendarId);
  url.searchParams.set("period", "future");
  setPage(url, at);
  const reply = await request(
    { ...json, url, hosts: [itemsHost], what: "Luma's event list" },
    deps,
  );
  const parse = jsonWith((document) => parseItems(document, deps.timezone));
  return fromReply(reply, at, parse);
}

/** Reads the calendar feed, which is a single document. */
export async function readIcs(
  calendarId: string,
  at: LumaCursor,
  deps: LumaDeps,
): Promise<LumaAnswer> {
  const url = new URL(`https://${icsHost}/ics/get`);
  url.searchParams.set("entity", "calendar");
  url.searchParams.set("id", calendarId);
  const what = "Luma's calendar feed";
  const reply = await request(
    { url, hosts: [icsHost], what, accept: "text/calendar", maxBytes: maxFeedBytes },
    deps,
  );
  return fromReply(reply, at, (bytes, cut) => parseIcs(bytes, cut, deps));
}

/** Reads the calendar's page, which is a single document. */
export async function readPage(url: URL, at: LumaCursor, deps: LumaDeps): Promise<LumaAnswer> {
  const what = "Luma's calendar page";
  const reply = await request({ url, hosts: pageHosts, what, accept: "text/html" }, deps);
  return fromReply(reply, at, (bytes, cut) =>
    parsePage(new TextDecoder().decode(bytes), cut, deps.timezone),
  );
}

const json = { accept: "application/json" };

function setPage(url: URL, at: LumaCursor): void {
  url.searchParams.set("pagination_limit", pageLimit);
  if (at.value !== undefined) url.searchParams.set("pagination_cursor", at.value);
}

type Parse = (bytes: Uint8Array, cut: boolean) => Listing;

function jsonWith(parse: (document: unknown) => Listing): Parse {
  return (bytes) => parse(safeJson(new TextDecoder().decode(bytes)));
}

function fromReply(reply: Reply, at: LumaCursor, parse: Parse): LumaAnswer {
  if (reply.kind === "throttled") return reply;
  if (reply.kind === "failed") {
    const { kind, reason, permanent } = reply;
    return { kind, reason, permanent };
  }
  return answerWith(parse(reply.bytes, reply.cut), at);
}

const wrongPages = {
  "event-page": "that is an event, not a calendar",
  "other-page": "that page of Luma is not a calendar",
} as const;

/** The answer for one document, which was read at the cursor `at`. */
export function answerWith(listing: Listing, at: LumaCursor): LumaAnswer {
  if (!listing.ok) return { kind: "suspicious", reason: listing.reason };
  if (listing.wrongPage !== undefined) {
    // Another page stays another page: a retry cannot help.
    const code = listing.wrongPage;
    return { kind: "failed", reason: wrongPages[code], permanent: true, code };
  }
  const { events, refused, complete, completeUntil, next, calendarId } = listing;
  const isFirst = at.value === undefined;
  if (isFirst && events.length === 0 && refused.length > 0) {
    // Where no entry can be read, Luma's format has probably changed. An empty listing would make
    // all known events look vanished.
    const why = refused[0]?.reason ?? "";
    return { kind: "suspicious", reason: `none of ${refused.length} events could be read: ${why}` };
  }
  const cursor = next === undefined ? undefined : nextCursor(at, next);
  if (cursor === "loop") return { kind: "suspicious", reason: "the listing's pages repeat" };
  return {
    kind: "page",
    source: at.source,
    events,
    refused,
    complete,
    ...(completeUntil === undefined ? {} : { completeUntil }),
    ...(cursor === undefined ? {} : { next: cursor }),
    ...(calendarId === undefined ? {} : { calendarId }),
  };
}

/** More pages than any calendar has; a longer listing counts as a loop. */
const maxPages = 60;

/** The cursor of the next page, or "loop" where Luma returns to a page that was read already. */
export function nextCursor(at: LumaCursor, value: string): LumaCursor | "loop" {
  const pages = (at.pages ?? 0) + 1;
  if (value === at.value || value === at.previous || pages >= maxPages) return "loop";
  return {
    source: at.source,
    value,
    pages,
    ...(at.value === undefined ? {} : { previous: at.value }),
    ...(at.legacyApi === undefined ? {} : { legacyApi: at.legacyApi }),
  };
}
