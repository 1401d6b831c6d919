type Bucket = { from: number; used: number };

/** Counts requests while limits are on. */
export type RateBook = { on: boolean; buckets: Map<string, Bucket>; global: Bucket };

export const rateBook = (): RateBook => ({
  on: false,
  buckets: new Map(),
  global: { from: 0, used: 0 },
});

/** What the rate limits say of one request. */
export type Verdict = {
  headers: Record<string, string>;
  refused?: { retryAfter: number; global: boolean };
};

const CHANNEL = { maxRequests: 5, ms: 5_000 };
const GLOBAL = { maxRequests: 50, ms: 1_000 };

function take(
  bucket: Bucket,
  limit: typeof CHANNEL,
  now: number,
): { left: number; resetMs: number } {
  if (now - bucket.from >= limit.ms) {
    bucket.from = now;
    bucket.used = 0;
  }
  bucket.used += 1;
  return { left: limit.maxRequests - bucket.used, resetMs: bucket.from + limit.ms - now };
}

const NO_HEADERS = {};

/** Counts one request; routes without a token in the header stand outside the global limit. */
export function countRequest(
  book: RateBook,
  now: number,
  request: { name: string; open: boolean; channel: string | undefined },
): Verdict {
  if (!book.on) return { headers: NO_HEADERS };
  if (!request.open) {
    const { left, resetMs } = take(book.global, GLOBAL, now);
    if (left < 0) {
      const headers = { "X-RateLimit-Global": "true", "X-RateLimit-Scope": "global" };
      return { headers, refused: { retryAfter: resetMs / 1000, global: true } };
    }
  }
  const { name, channel } = request;
  if (channel === undefined || !/^(POST|PATCH|DELETE) \/channels\/:\/messages/.test(name)) {
    return { headers: NO_HEADERS };
  }
  const key = `${name} ${channel}`;
  const bucket = book.buckets.get(key) ?? { from: now, used: 0 };
  book.buckets.set(key, bucket);
  const { left, resetMs } = take(bucket, CHANNEL, now);
  const headers: Record<string, string> = {
    "X-RateLimit-Limit": String(CHANNEL.maxRequests),
    "X-RateLimit-Remaining": String(Math.max(left, 0)),
    "X-RateLimit-Reset": ((now + resetMs) / 1000).toFixed(3),
    "X-RateLimit-Reset-After": (resetMs / 1000).toFixed(3),
    // Discord's bucket ids name the kind of route; the channel is the client's to add.
    "X-RateLimit-Bucket": Buffer.from(name).toString("hex").slice(0, 32),
  };
  if (left >= 0) return { headers };
  headers["X-RateLimit-Scope"] = "user";
  return { headers, refused: { retryAfter: resetMs / 1000, global: false } };
}
