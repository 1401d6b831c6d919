import { Refusal } from "./refusal.ts";
import type { StageChat } from "./stage.ts";

/** Telegram's limits on what a bot sends and edits. Off until they are switched on. */
export type Rates = {
  limit(on: boolean): void;
  /** Counts one message or edit in `chat`, or refuses it with 429. */
  spend(chat: StageChat): void;
};

type Bucket = { tokens: number; at: number };
type Limit = { size: number; perSecond: number };

const OVERALL: Limit = { size: 30, perSecond: 30 };
// One a second, with some patience for a short burst.
const PER_CHAT: Limit = { size: 3, perSecond: 1 };
const PER_GROUP: Limit = { size: 20, perSecond: 20 / 60 };

export function startRates(now: () => number): Rates {
  const buckets = new Map<string, Bucket>();
  let on = false;

  /** The bucket as it is now, and in how many seconds it has something to give. */
  function look(key: string, limit: Limit): { bucket: Bucket; wait: number } {
    const at = now();
    const bucket = buckets.get(key) ?? { tokens: limit.size, at };
    buckets.set(key, bucket);
    const refilled = bucket.tokens + ((at - bucket.at) / 1000) * limit.perSecond;
    bucket.tokens = Math.min(limit.size, refilled);
    bucket.at = at;
    // Thirds and twentieths do not add up exactly; a hair's breadth must not cost a second more.
    return { bucket, wait: (1 - bucket.tokens - 1e-9) / limit.perSecond };
  }

  return {
    limit(next) {
      on = next;
      buckets.clear();
    },
    spend(chat) {
      if (!on) return;
      const looks = [look("all", OVERALL), look(`chat ${chat.id}`, PER_CHAT)];
      if (chat.type !== "private") looks.push(look(`group ${chat.id}`, PER_GROUP));
      const wait = Math.ceil(Math.max(...looks.map((look) => look.wait)));
      if (wait > 0) throw tooMany(wait);
      for (const { bucket } of looks) bucket.tokens -= 1;
    },
  };
}

export function tooMany(retryAfter: number): Refusal {
  return new Refusal(429, `Too Many Requests: retry after ${retryAfter}`, {
    retry_after: retryAfter,
  });
}
