import { type Calendar, type Calendars, SANDBOX_CALENDAR, type StoredEvent } from "./calendars.ts";
import { writeApiEvent, writeIcs, writeLegacyApiEntry } from "./writeFeeds.ts";
import { writeItem, writePage } from "./writePage.ts";

/** What a route answers, before faults and logs. */
export type LumaAnswer = {
  status: number;
  type?: string;
  body: string;
  location?: string;
};

export const HTML = "text/html; charset=utf-8";
export const JSON_TYPE = "application/json; charset=utf-8";
export const ICS = "text/calendar; charset=utf-8";

export function json(document: object): LumaAnswer {
  return { status: 200, type: JSON_TYPE, body: JSON.stringify(document) };
}

export function notFound(): LumaAnswer {
  return { status: 404, type: JSON_TYPE, body: '{"message":"Not found"}' };
}

/** What a request is for: the same whether it is answered from memory or from saved files. */
export type LumaRequest =
  | { for: "page"; slug: string }
  | { for: "redirect"; slug: string }
  | { for: "items" | "ics"; calendarId: string }
  | { for: "api" | "legacyApi"; key: string };

/** Paths are `/<real host>/<real path>`; anything else is undefined. */
export function readRequest(url: URL, key: string | undefined): LumaRequest | undefined {
  const [, host, ...rest] = url.pathname.split("/");
  const path = rest.join("/").replace(/\/$/, "");
  switch (`${host}/${path}`) {
    case "api2.luma.com/calendar/get-items":
      return { for: "items", calendarId: url.searchParams.get("calendar_api_id") ?? "" };
    case "api.lu.ma/ics/get":
      return { for: "ics", calendarId: url.searchParams.get("id") ?? "" };
    case "public-api.luma.com/v1/calendars/events/list":
      return { for: "api", key: key ?? "" };
    case "public-api.luma.com/v1/calendar/list-events":
      return { for: "legacyApi", key: key ?? "" };
  }
  if (!/^[A-Za-z0-9._-]+$/.test(path)) return undefined;
  if (host === "luma.com" || host === "www.luma.com") return { for: "page", slug: path };
  return host === "lu.ma" || host === "www.lu.ma" ? { for: "redirect", slug: path } : undefined;
}

/** Answers from the events put in. The API key was checked before. */
export function fromMemory(
  request: LumaRequest,
  query: URLSearchParams,
  calendars: Calendars,
  now: number,
): LumaAnswer {
  const calendar = calendars.find(nameIn(request));
  if (calendar === undefined) return notFound();
  const events = calendars.events(calendar.slug);
  const upcoming = events.filter((event) => event.endMs >= now);
  switch (request.for) {
    case "redirect":
      return { status: 308, body: "", location: `https://luma.com/${calendar.slug}` };
    case "page":
      return { status: 200, type: HTML, body: writePage(upcoming, calendar) };
    case "ics":
      return { status: 200, type: ICS, body: writeIcs(events, calendar, now) };
    case "items": {
      const past = events.filter((event) => event.endMs < now).toReversed();
      const wanted = query.get("period") === "past" ? past : upcoming;
      return json(pageOf(write(wanted, calendar, writeItem), query));
    }
    case "api":
    case "legacyApi":
      break;
  }
  const writeOne = request.for === "api" ? writeApiEvent : writeLegacyApiEntry;
  return json(pageOf(write(between(events, query), calendar, writeOne), query));
}

function nameIn(request: LumaRequest): string {
  if ("slug" in request) return request.slug;
  return "calendarId" in request ? request.calendarId : SANDBOX_CALENDAR;
}

/** A cancelled event is not listed any more, and nothing in the lists says that it was. */
function write(
  events: StoredEvent[],
  calendar: Calendar,
  writeOne: (event: StoredEvent, calendar: Calendar) => object,
): object[] {
  return events
    .filter((event) => event.cancelled !== true)
    .map((event) => writeOne(event, calendar));
}

function between(events: StoredEvent[], query: URLSearchParams): StoredEvent[] {
  const after = Date.parse(query.get("after") ?? "");
  const before = Date.parse(query.get("before") ?? "");
  return events.filter(({ startMs }) => !(startMs < after) && !(startMs >= before));
}

const maxPageSize = 50;

/** Cuts one page out of the entries; cursors are opaque to the reader, as Luma's are. */
function pageOf(entries: object[], query: URLSearchParams): object {
  const start = readCursor(query.get("pagination_cursor"));
  const wanted = Number(query.get("pagination_limit") ?? maxPageSize);
  const limit = wanted >= 1 && wanted <= maxPageSize ? Math.floor(wanted) : maxPageSize;
  const end = start + limit;
  const hasMore = end < entries.length;
  return {
    entries: entries.slice(start, end),
    has_more: hasMore,
    next_cursor: hasMore ? Buffer.from(`at:${end}`).toString("base64url") : null,
  };
}

function readCursor(cursor: string | null): number {
  const text = cursor === null ? "at:0" : Buffer.from(cursor, "base64url").toString();
  const start = Number(text.slice(3));
  return text.startsWith("at:") && Number.isInteger(start) && start >= 0 ? start : 0;
}
