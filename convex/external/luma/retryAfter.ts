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
