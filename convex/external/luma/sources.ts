import { answerWith } from "./answer.ts";
import { parseApi } from "./parseApi.ts";
import { parseIcs } from "./parseIcs.ts";
import { parseItems } from "./parseItems.ts";
import { parsePage } from "./parsePage.ts";
import { request, type Reply } from "./request.ts";
import { safeJson } from "../safeJson.ts";
import type { Listing } from "./listing.ts";
import type { LumaAnswer, LumaCursor, LumaDeps } from "./types.ts";

const API_HOST = "public-api.luma.com";
const API_PATH = "/v1/calendars/events/list";
const LEGACY_API_PATH = "/v1/calendar/list-events";
const ITEMS_HOST = "api2.luma.com";
const ICS_HOST = "api.lu.ma";
const PAGE_HOSTS = ["luma.com", "www.luma.com", "lu.ma", "www.lu.ma"];
const PAGE_LIMIT = "50";
const DAY_MS = 86_400_000;

/** The official API: the current path, and the older one where the current does not exist. */
export async function readApi(apiKey: string, at: LumaCursor, deps: LumaDeps): Promise<LumaAnswer> {
  if (!/^[\x21-\x7e]{1,500}$/.test(apiKey)) {
    return { kind: "failed", reason: "the Luma API key is not one", permanent: true };
  }
  const ask = async (path: string) => {
    const url = new URL(`https://${API_HOST}${path}`);
    // From yesterday on, so that what is going on right now is still listed.
    url.searchParams.set("after", new Date(deps.now - DAY_MS).toISOString());
    url.searchParams.set("sort_column", "start_at");
    url.searchParams.set("sort_direction", "asc");
    setPage(url, at);
    const headers = { "x-luma-api-key": apiKey };
    return await request(
      { ...json, url, hosts: [API_HOST], what: "Luma's official API", headers },
      deps,
    );
  };
  if (at.legacyApi === true) return fromReply(await ask(LEGACY_API_PATH), at, jsonWith(parseApi));
  const reply = await ask(API_PATH);
  const isGone = reply.kind === "failed" && reply.status === 404 && at.value === undefined;
  if (!isGone) return fromReply(reply, at, jsonWith(parseApi));
  return fromReply(await ask(LEGACY_API_PATH), { ...at, legacyApi: true }, jsonWith(parseApi));
}

/** The keyless JSON of Luma's own pages: upcoming events only. */
export async function readItems(
  calendarId: string,
  at: LumaCursor,
  deps: LumaDeps,
): Promise<LumaAnswer> {
  const url = new URL(`https://${ITEMS_HOST}/calendar/get-items`);
  url.searchParams.set("calendar_api_id", calendarId);
  url.searchParams.set("period", "future");
  setPage(url, at);
  const reply = await request(
    { ...json, url, hosts: [ITEMS_HOST], what: "Luma's event list" },
    deps,
  );
  return fromReply(reply, at, jsonWith(parseItems));
}

/** The calendar feed, in one piece. */
export async function readIcs(
  calendarId: string,
  at: LumaCursor,
  deps: LumaDeps,
): Promise<LumaAnswer> {
  const url = new URL(`https://${ICS_HOST}/ics/get`);
  url.searchParams.set("entity", "calendar");
  url.searchParams.set("id", calendarId);
  const what = "Luma's calendar feed";
  const reply = await request({ url, hosts: [ICS_HOST], what, accept: "text/calendar" }, deps);
  return fromReply(reply, at, parseIcs);
}

/** The calendar's page, in one piece. */
export async function readPage(url: URL, at: LumaCursor, deps: LumaDeps): Promise<LumaAnswer> {
  const what = "Luma's calendar page";
  const reply = await request({ url, hosts: PAGE_HOSTS, what, accept: "text/html" }, deps);
  return fromReply(reply, at, (bytes, cut) => parsePage(new TextDecoder().decode(bytes), cut));
}

const json = { accept: "application/json" };

function setPage(url: URL, at: LumaCursor): void {
  url.searchParams.set("pagination_limit", PAGE_LIMIT);
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
