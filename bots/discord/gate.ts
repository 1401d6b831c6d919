import { DefaultRestOptions, type REST, type RESTOptions } from "discord.js";
import { encodeForm } from "./multipart.ts";
import { createPause, type Pause } from "./pause.ts";

// What stands between the library's REST clients and Discord: everything that concerns the whole
// platform and not one request. All clients of a process share one gate.

/** The whole platform has to wait; nothing was sent. */
export class DiscordPaused extends Error {
  override name = "DiscordPaused";
  readonly retryAfterMs: number;
  constructor(retryAfterMs: number) {
    super("Discord is not asked for now");
    this.retryAfterMs = retryAfterMs;
  }
}

export type Gate = {
  /** The clock of all that waits for Discord, Unix milliseconds. */
  now: () => number;
  /** Options for every REST client of the process. */
  options: Pick<RESTOptions, "makeRequest">;
  /** Lets a client keep its token, which the library forgets after a 401. */
  keepToken(rest: REST): void;
  /** How long Discord must not be asked, in milliseconds; 0 where it may be. */
  pausedMs(): number;
  /** Discord takes the token. */
  isAuthorized(): boolean;
  /** Called when Discord begins to refuse the token. */
  onUnauthorized(listener: () => void): void;
};

/** Cloudflare says no with 429 and no time; an address that goes on is banned for longer. */
const blockedMs = 30_000;
/** A token that is refused may be replaced, or refused by mistake. */
const unauthorizedMs = 60_000;

/** `now`: Unix milliseconds. */
export function createGate(now: () => number): Gate {
  const blocked = createPause(now, blockedMs);
  const unauthorized = createPause(now, unauthorizedMs);
  let refused = () => {};
  const pausedMs = () => Math.max(blocked.leftMs(), unauthorized.leftMs());

  const makeRequest: RESTOptions["makeRequest"] = async (url, init) => {
    const hasToken = new Headers(init.headers as HeadersInit).has("authorization");
    // An answer to an interaction has a token of its own.
    const wait = hasToken ? pausedMs() : blocked.leftMs();
    if (wait > 0) throw new DiscordPaused(wait);
    const response = await DefaultRestOptions.makeRequest(url, await encoded(init));
    if (response.status === 429) return await limited(response, blocked);
    if (hasToken && response.status === 401) {
      const isFirst = unauthorized.isEnded();
      unauthorized.begin();
      if (isFirst) refused();
    } else if (response.status < 500) {
      blocked.end();
      if (hasToken) unauthorized.end();
    }
    return response;
  };

  return {
    now,
    options: { makeRequest },
    keepToken(rest) {
      const set = rest.setToken.bind(rest);
      // The library calls this with null after a 401; every later request would then fail unsent.
      rest.setToken = (token) => (token ? set(token) : rest);
    },
    pausedMs,
    isAuthorized: () => unauthorized.isEnded(),
    onUnauthorized(listener) {
      refused = listener;
    },
  };
}

type Response = Awaited<ReturnType<RESTOptions["makeRequest"]>>;

/**
 * A limit. Cloudflare's, which stands before Discord, comes without Discord's JSON, and without a
 * time; some of Discord's say their time only in the JSON, where the library does not look.
 * https://discord.com/developers/docs/topics/rate-limits
 *
 * @throws DiscordPaused where everything has to wait
 */
async function limited(response: Response, blocked: Pause): Promise<Response> {
  const { headers, status } = response;
  const named = Number(headers.get("retry-after")) || 0;
  const isJson = headers.get("content-type")?.startsWith("application/json") === true;
  if (isJson && named > 0) return response;
  const text = await response.text().catch(() => "");
  const seconds = isJson ? retryAfterIn(text) : undefined;
  if (seconds === undefined) throw new DiscordPaused(blocked.begin(named * 1_000));
  const known = new Headers(Object.fromEntries(headers as Headers));
  known.set("retry-after", String(seconds));
  return { ...readResponse(text), status, statusText: "Too Many Requests", headers: known };
}

/** A response whose text was read already. */
function readResponse(text: string) {
  const bytes = async () => new Uint8Array(Buffer.from(text)).buffer;
  const json = async () => JSON.parse(text) as unknown;
  return {
    ok: false,
    body: null,
    bodyUsed: false,
    arrayBuffer: bytes,
    json,
    text: async () => text,
  };
}

/** Seconds; undefined where Discord's body does not say. */
function retryAfterIn(text: string): number | undefined {
  try {
    const { retry_after: after, code } = JSON.parse(text) as {
      retry_after?: number;
      code?: number;
    };
    // Edits of old messages: see oldEdits.ts.
    return after ?? (code === 30046 ? 6 : undefined);
  } catch {
    return undefined;
  }
}

type Init = Parameters<RESTOptions["makeRequest"]>[1];

async function encoded(init: Init): Promise<Init> {
  if (!(init.body instanceof FormData)) return init;
  const { body, contentType } = await encodeForm(init.body);
  const headers = new Headers(init.headers as HeadersInit);
  headers.set("content-type", contentType);
  return { ...init, body, headers: Object.fromEntries(headers) };
}
