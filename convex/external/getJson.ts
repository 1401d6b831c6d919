import { readBody } from "./readBody.ts";
import { safeJson } from "./safeJson.ts";
import { withTimeLimit } from "./timeLimit.ts";

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
