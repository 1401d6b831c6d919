/** JSON, or in few words why there is none; never the address, which may be somebody's own. */
export type Read = { json: unknown } | { error: string };

type Ask = {
  url: URL;
  /** Where a request may be led on to. */
  isAllowed: (url: URL) => boolean;
  /** The address at which it is really asked for. */
  at?: (url: URL) => string;
};

const mostRedirects = 3;

/** One GET, bounded in time, size and redirects. Never throws. */
export async function getJson(ask: Ask): Promise<Read> {
  try {
    const read = await withTimeLimit(async (signal) => await follow(ask, signal));
    return read === "timeout" ? { error: "no answer in time" } : read;
  } catch {
    // The error's own words may hold the address.
    return { error: "it could not be reached" };
  }
}

async function follow({ url, isAllowed, at }: Ask, signal: AbortSignal | undefined): Promise<Read> {
  let next = url;
  for (let hop = 0; hop <= mostRedirects; hop++) {
    const response = await fetch(at ? at(next) : next.href, {
      redirect: "manual",
      headers: { accept: "application/json", "user-agent": "Plaza (community giving)" },
      ...(signal && { signal }),
    });
    const location = response.headers.get("location");
    const isRedirect = response.status >= 300 && response.status < 400 && location !== null;
    if (!isRedirect) return await bodyOf(response);
    await response.body?.cancel().catch(() => undefined);
    const led = URL.canParse(location, next) ? new URL(location, next) : undefined;
    if (!led || !isAllowed(led)) return { error: "it redirects to where nothing may be read" };
    next = led;
  }
  return { error: "it redirects in circles" };
}

async function bodyOf(response: Response): Promise<Read> {
  if (!response.ok) {
    await response.body?.cancel().catch(() => undefined);
    return { error: `it answered ${response.status}` };
  }
  const { bytes, cut } = await readBody(response);
  if (cut) return { error: "the answer is too large" };
  const json = safeJson(new TextDecoder().decode(bytes));
  return json === undefined ? { error: "the answer is no JSON" } : { json };
}

/** Far above the largest page seen (900 kB). */
export const MAX_BODY_BYTES = 3_000_000;

/** Reads a body up to `max` bytes and hangs up after that; `cut` says that there was more. */
export async function readBody(
  response: Response,
  max = MAX_BODY_BYTES,
): Promise<{ bytes: Uint8Array; cut: boolean }> {
  if (response.body === null) return { bytes: new Uint8Array(), cut: false };
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { bytes: join(chunks, length), cut: false };
    const room = max - length;
    chunks.push(value.subarray(0, room));
    length += Math.min(value.length, room);
    if (value.length > room) {
      await reader.cancel().catch(() => undefined);
      return { bytes: join(chunks, length), cut: true };
    }
  }
}

function join(chunks: Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

const MAX_CHARS = 3_000_000;
const MAX_DEPTH = 64;

/** Parses JSON from outside after a look at its size and depth; undefined where it is no JSON. */
export function safeJson(text: string): unknown {
  if (text.length > MAX_CHARS || deeperThan(text, MAX_DEPTH)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** One walk over the text, brackets inside strings not counted. */
function deeperThan(text: string, max: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (inString) {
      if (c === 92 /* \ */) i++;
      else if (c === 34 /* " */) inString = false;
    } else if (c === 34) inString = true;
    else if (c === 123 /* { */ || c === 91 /* [ */) {
      if (++depth > max) return true;
    } else if (c === 125 /* } */ || c === 93 /* ] */) depth--;
  }
  return false;
}

/** Whoever is asked answers within a second or two; what takes longer is not coming. */
const TIME_LIMIT_MS = 15_000;

/**
 * Runs `work` under one time limit. The race is on purpose: not every runtime's fetch listens to a
 * signal, and an older one has no `AbortSignal.timeout` at all (then its own limit must do).
 */
export async function withTimeLimit<T>(
  work: (signal: AbortSignal | undefined) => Promise<T>,
  limitMs = TIME_LIMIT_MS,
): Promise<T | "timeout"> {
  const signal =
    typeof AbortSignal.timeout === "function" ? AbortSignal.timeout(limitMs) : undefined;
  if (signal === undefined) return await work(undefined);
  const late = new Promise<"timeout">((resolve) => {
    signal.addEventListener("abort", () => resolve("timeout"));
  });
  const done = work(signal).catch((error: unknown) => {
    if (signal.aborted) return "timeout" as const;
    throw error;
  });
  return await Promise.race([done, late]);
}
