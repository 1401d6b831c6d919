import { Refusal } from "./params.ts";
import type { Rates } from "./world.ts";

/** At most `maxRequests` in any window of `ms`. */
type Limit = { maxRequests: number; ms: number };

const OVERALL: Limit = { maxRequests: 30, ms: 1_000 };
// One a second on average, with a short burst allowed.
const PER_CHAT: Limit = { maxRequests: 3, ms: 3_000 };
const PER_GROUP: Limit = { maxRequests: 20, ms: 60_000 };

export function startRates(now: () => number): Rates {
  // When each counted message was sent, no more of them than the limit lets through.
  const sent = new Map<string, number[]>();
  let on = false;

  function timesOf(key: string): number[] {
    const times = sent.get(key) ?? [];
    sent.set(key, times);
    return times;
  }

  return {
    limit(next) {
      on = next;
      sent.clear();
    },
    spend(chat) {
      if (!on) return;
      const at = now();
      const limits: [number[], Limit][] = [
        [timesOf("all"), OVERALL],
        [timesOf(`chat ${chat.id}`), PER_CHAT],
      ];
      if (chat.type !== "private") limits.push([timesOf(`group ${chat.id}`), PER_GROUP]);

      const waits = limits.map(([times, { maxRequests, ms }]) =>
        times.length < maxRequests ? 0 : (times[0] ?? 0) + ms - at,
      );
      const wait = Math.ceil(Math.max(...waits) / 1000);
      if (wait > 0) throw tooMany(wait);
      for (const [times, { maxRequests }] of limits) {
        if (times.length === maxRequests) times.shift();
        times.push(at);
      }
    },
  };
}

export function tooMany(retryAfter: number): Refusal {
  return new Refusal(429, `Too Many Requests: retry after ${retryAfter}`, {
    retry_after: retryAfter,
  });
}
