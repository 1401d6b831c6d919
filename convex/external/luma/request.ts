import { boundedGet, readBody, type WhyFailed } from "../boundedFetch.ts";
import type { LumaAnswer, LumaDeps } from "./types.ts";

export type Reply =
  | { kind: "body"; bytes: Uint8Array; cut: boolean }
  | Extract<LumaAnswer, { kind: "throttled" }>
  /** `status`: the HTTP status, where there was a response. */
  | (Extract<LumaAnswer, { kind: "failed" }> & { status?: number });

export type LumaRequest = {
  /** Luma's address (https), on one of `hosts`; with an emulator, another address is requested. */
  url: URL;
  /** The hosts that this request and its redirects may reach. */
  hosts: readonly string[];
  /** The subject of failure reasons: "Luma's calendar page". */
  what: string;
  accept: string;
  /** Where the body may be larger than a page. */
  maxBytes?: number;
  /** Sent to `hosts` only, and never part of a reason. */
  headers?: Record<string, string>;
};

/** One GET to Luma with limits on time, size and redirects. Never throws and never retries. */
export async function request(ask: LumaRequest, deps: LumaDeps): Promise<Reply> {
  const fetched = await boundedGet(
    {
      url: ask.url,
      isAllowed: (url) => isAllowed(url, ask.hosts),
      addressOf: (url) => addressAt(url, deps.origin),
      headers: { ...ask.headers, accept: ask.accept, "user-agent": "Plaza (community events)" },
      fetch: deps.fetch,
    },
    async (response) => await judge(ask, response, deps.now),
  );
  if (fetched.ok) return fetched.value;
  const { reason, permanent } = failures[fetched.why];
  return failed(`${ask.what} ${reason}`, permanent);
}

const failures = {
  timeout: { reason: "did not answer in time", permanent: false },
  unreachable: { reason: "could not be reached", permanent: false },
  "forbidden redirect": { reason: "redirects to somewhere else", permanent: true },
  "too many redirects": { reason: "redirects in circles", permanent: true },
} as const satisfies Record<WhyFailed, { reason: string; permanent: boolean }>;

function isAllowed(url: URL, hosts: readonly string[]): boolean {
  const plain = url.protocol === "https:" && url.port === "";
  return plain && url.username === "" && url.password === "" && hosts.includes(url.hostname);
}

function addressAt(url: URL, origin: string | undefined): string {
  if (origin === undefined) return url.href;
  return `${origin.replace(/\/$/, "")}/${url.hostname}${url.pathname}${url.search}`;
}

async function judge(ask: LumaRequest, response: Response, now: number): Promise<Reply> {
  const { status } = response;
  if (response.ok) return { kind: "body", ...(await readBody(response, ask.maxBytes)) };
  await response.body?.cancel().catch(() => undefined);
  const wait = response.headers.get("retry-after");
  if (status === 429 || (status === 503 && wait !== null)) {
    return { kind: "throttled", retryAfterMs: readRetryAfter(wait, now) };
  }
  const refusedKey = ask.headers !== undefined && (status === 401 || status === 403);
  if (refusedKey) return failed(`${ask.what} does not accept the API key (${status})`, true);
  // 403 without a key comes from bot protection and is temporary; it says nothing about the
  // calendar.
  const passing = status < 400 || status >= 500 || [403, 408, 425].includes(status);
  return { ...failed(`${ask.what} answered ${status}`, !passing), status };
}

function failed(reason: string, permanent: boolean): Extract<Reply, { kind: "failed" }> {
  return { kind: "failed", reason, permanent };
}

const defaultRetryAfterMs = 60_000;
const maxRetryAfterMs = 60 * 60_000;

/**
 * Parses `Retry-After`, in seconds or as a date (RFC 9110, 10.2.3), to milliseconds from one second
 * to one hour. The default is one minute, for which Luma's rate limit blocks.
 */
export function readRetryAfter(header: string | null, now: number): number {
  const text = header?.trim() ?? "";
  const seconds = /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : undefined;
  // Date.parse reads "-5" as a month, so only texts with letters are dates.
  const date = /[a-z]/i.test(text) ? Date.parse(text) : NaN;
  const wait = seconds === undefined ? date - now : seconds * 1000;
  return Number.isNaN(wait)
    ? defaultRetryAfterMs
    : Math.min(Math.max(Math.ceil(wait), 1000), maxRetryAfterMs);
}
