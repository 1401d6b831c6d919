import { readBody, withTimeLimit } from "../boundedFetch.ts";
import type { LumaAnswer, LumaDeps } from "./types.ts";

export type Reply =
  | { kind: "body"; bytes: Uint8Array; cut: boolean }
  | Extract<LumaAnswer, { kind: "throttled" }>
  /** `status`: the HTTP status, where one came. */
  | (Extract<LumaAnswer, { kind: "failed" }> & { status?: number });

export type LumaRequest = {
  /** The real address, https, on one of `hosts`. */
  url: URL;
  /** Hosts this request and its redirects may reach. */
  hosts: readonly string[];
  /** What is asked, for the words of a failure: "Luma's calendar page". */
  what: string;
  accept: string;
  /** Sent to `hosts` only, and never part of a reason. */
  headers?: Record<string, string>;
};

const MAX_REDIRECTS = 3;

/** One GET to Luma, bounded in time, size and hops. Never throws and never waits. */
export async function request(ask: LumaRequest, deps: LumaDeps): Promise<Reply> {
  try {
    const reply = await withTimeLimit((signal) => follow(ask, deps, signal));
    return reply === "timeout" ? failed(`${ask.what} did not answer in time`, false) : reply;
  } catch {
    // The error's own words may hold the address and thereby a calendar's id: left out.
    return failed(`${ask.what} could not be reached`, false);
  }
}

async function follow(
  ask: LumaRequest,
  deps: LumaDeps,
  signal: AbortSignal | undefined,
): Promise<Reply> {
  let url = ask.url;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const response = await deps.fetch(at(url, deps.origin), {
      redirect: "manual",
      headers: { ...ask.headers, accept: ask.accept, "user-agent": "Plaza (community events)" },
      ...(signal === undefined ? {} : { signal }),
    });
    const location = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || location === null) {
      return await judge(ask, response, deps.now);
    }
    await response.body?.cancel().catch(() => undefined);
    const next = URL.canParse(location, url) ? new URL(location, url) : undefined;
    if (next === undefined || !isAllowed(next, ask.hosts)) {
      return failed(`${ask.what} redirects to somewhere else`, true);
    }
    url = next;
  }
  return failed(`${ask.what} redirects in circles`, true);
}

function isAllowed(url: URL, hosts: readonly string[]): boolean {
  const plain = url.protocol === "https:" && url.port === "";
  return plain && url.username === "" && url.password === "" && hosts.includes(url.hostname);
}

function at(url: URL, origin: string | undefined): string {
  if (origin === undefined) return url.href;
  return `${origin.replace(/\/$/, "")}/${url.hostname}${url.pathname}${url.search}`;
}

async function judge(ask: LumaRequest, response: Response, now: number): Promise<Reply> {
  const { status } = response;
  if (response.ok) return { kind: "body", ...(await readBody(response)) };
  await response.body?.cancel().catch(() => undefined);
  const wait = response.headers.get("retry-after");
  if (status === 429 || (status === 503 && wait !== null)) {
    return { kind: "throttled", retryAfterMs: readRetryAfter(wait, now) };
  }
  const refusedKey = ask.headers !== undefined && (status === 401 || status === 403);
  if (refusedKey) return failed(`${ask.what} does not accept the API key (${status})`, true);
  // 403 without a key is a wall against robots that comes and goes, not an answer about the calendar.
  const passing = status < 400 || status >= 500 || [403, 408, 425].includes(status);
  return { ...failed(`${ask.what} answered ${status}`, !passing), status };
}

function failed(reason: string, permanent: boolean): Extract<Reply, { kind: "failed" }> {
  return { kind: "failed", reason, permanent };
}

const DEFAULT_MS = 60_000;
const MAX_MS = 60 * 60_000;

/**
 * How long to stay away, in ms, from a `Retry-After` in seconds or as a date (RFC 9110, 10.2.3).
 * Without one: a minute, which is how long Luma blocks. At least a second, at most an hour.
 */
export function readRetryAfter(header: string | null, now: number): number {
  const text = header?.trim() ?? "";
  const seconds = /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : undefined;
  // Date.parse takes "-5" for a month; a date has letters.
  const date = /[a-z]/i.test(text) ? Date.parse(text) : NaN;
  const wait = seconds === undefined ? date - now : seconds * 1000;
  return Number.isNaN(wait) ? DEFAULT_MS : Math.min(Math.max(Math.ceil(wait), 1000), MAX_MS);
}
