type Bucket = { from: number; used: number };

/** Counts requests while limits are on. */
export type RateBook = { on: boolean; buckets: Map<string, Bucket>; global: Bucket };

export const rateBook = (): RateBook => ({
  on: false,
  buckets: new Map(),
  global: { from: 0, used: 0 },
});

/** What the rate limits say of one request. */
type Verdict = {
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

// Discord's numbers, in one place. Lengths are counted in UTF-16 units: never more generous than
// Discord, which counts code points.

export const MESSAGE = {
  content: 2000,
  embeds: 10,
  files: 10,
  nonce: 25,
  fileBytes: 10_485_760,
  alt: 1024,
  fileName: 1024,
};

export const EMBED = {
  title: 256,
  description: 4096,
  fields: 25,
  fieldName: 256,
  fieldValue: 1024,
  footer: 2048,
  author: 256,
  total: 6000,
};

export const COMPONENT = {
  rows: 5,
  buttons: 5,
  customId: 100,
  label: 80,
  url: 512,
  options: 25,
  optionText: 100,
  placeholder: 150,
  total: 40,
  text: 4000,
};

export const MODAL = { title: 45, label: 45, value: 4000, placeholder: 100, fields: 5 };

export const CHOICES = { count: 25, name: 100, value: 100 };

export const COMMAND = {
  count: 100,
  name: 32,
  description: 100,
  options: 25,
  total: 8000,
  createdADay: 200,
};

export const EVENT = { name: 100, description: 1000, location: 100, count: 100 };

export const TIME = {
  firstAnswer: 3_000,
  token: 15 * 60_000,
  nonce: 3 * 60_000,
  typing: 10_000,
};

// What the emulator keeps. Older things go, so that a long run does not grow.
export const KEEP = {
  messages: 500,
  nonces: 2_000,
  interactions: 10_000,
  modals: 1_000,
  requests: 5_000,
  events: 1_000,
  sessions: 10,
  files: 1_000,
  fileBytes: 64 * 1_048_576,
  pins: 250,
};
