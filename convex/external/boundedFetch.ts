// Outgoing requests with limits on time, size and redirects. Nothing here throws, and no failure
// reason contains an address, which may be secret.

export type BoundedRequest = {
  url: URL;
  /** Whether a redirect to this address may be followed. */
  isAllowed: (url: URL) => boolean;
  /** Maps an address to the one that is requested: an emulator's, in tests and in the sandbox. */
  addressOf?: (url: URL) => string;
  headers: Record<string, string>;
  fetch?: typeof globalThis.fetch;
};

export type WhyFailed = "timeout" | "unreachable" | "forbidden redirect" | "too many redirects";
export type Fetched<T> = { ok: true; value: T } | { ok: false; why: WhyFailed };

const maxRedirects = 3;

/** One GET; `read` converts the response within the same time limit. Never throws. */
export async function boundedGet<T>(
  request: BoundedRequest,
  read: (response: Response) => Promise<T>,
): Promise<Fetched<T>> {
  try {
    const fetched = await withTimeLimit(async (signal) => await follow(request, read, signal));
    return fetched === "timeout" ? { ok: false, why: "timeout" } : fetched;
  } catch {
    // The error is dropped: its message may contain the address.
    return { ok: false, why: "unreachable" };
  }
}

async function follow<T>(
  { url, isAllowed, addressOf, headers, fetch = globalThis.fetch }: BoundedRequest,
  read: (response: Response) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<Fetched<T>> {
  let next = url;
  for (let hop = 0; hop <= maxRedirects; hop++) {
    const response = await fetch(addressOf ? addressOf(next) : next.href, {
      redirect: "manual",
      headers,
      ...(signal && { signal }),
    });
    const location = response.headers.get("location");
    const isRedirect = response.status >= 300 && response.status < 400 && location !== null;
    if (!isRedirect) return { ok: true, value: await read(response) };
    await response.body?.cancel().catch(() => undefined);
    const target = URL.canParse(location, next) ? new URL(location, next) : undefined;
    if (!target || !isAllowed(target)) return { ok: false, why: "forbidden redirect" };
    next = target;
  }
  return { ok: false, why: "too many redirects" };
}

/** JSON, or a short reason for admins why there is none. */
export type Read = { json: unknown } | { error: string };

/** Parses the text of an answer, where there is one. */
export function jsonOf(fetched: { text: string } | { error: string }): Read {
  if ("error" in fetched) return fetched;
  const json = safeJson(fetched.text);
  return json === undefined ? { error: "the answer is no JSON" } : { json };
}

/** Far above the largest page seen (900 kB). */
export const maxBodyBytes = 3_000_000;

/** Reads a body up to `max` bytes, then closes the connection; `cut`: there was more. */
export async function readBody(
  response: Response,
  max = maxBodyBytes,
): Promise<{ bytes: Uint8Array; cut: boolean }> {
  if (response.body === null) return { bytes: new Uint8Array(), cut: false };
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { bytes: joinBytes(chunks, length), cut: false };
    const room = max - length;
    chunks.push(value.subarray(0, room));
    length += Math.min(value.length, room);
    if (value.length > room) {
      await reader.cancel().catch(() => undefined);
      return { bytes: joinBytes(chunks, length), cut: true };
    }
  }
}

/** Pieces of `length` bytes in all as one; a single piece is not copied. */
export function joinBytes(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = chunks;
  if (only !== undefined && chunks.length === 1) return only;
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

const maxJsonChars = 3_000_000;
const maxJsonDepth = 64;

/** Parses untrusted JSON; undefined where it is invalid, too large or nested too deeply. */
export function safeJson(text: string): unknown {
  if (text.length > maxJsonChars || deeperThan(text, maxJsonDepth)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Scans the text once; brackets inside strings do not count. */
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

/** Services usually answer within two seconds. */
const timeLimitMs = 15_000;

/**
 * Runs `work` with a time limit. It races against the timeout because not every runtime's fetch
 * observes a signal. A runtime without `AbortSignal.timeout` relies on its own limit.
 */
export async function withTimeLimit<T>(
  work: (signal: AbortSignal | undefined) => Promise<T>,
  limitMs = timeLimitMs,
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
