import type { Answer } from "./answer.ts";
import { refused } from "./answer.ts";

const day = 24 * 60 * 60 * 1000;
const mostKept = 1_000;

type Kept = { request: string; answer: Answer; at: number };

/** Remembers what was answered to a key: the same again, and an error for another question. */
export function makeIdempotency(now: () => number) {
  const kept = new Map<string, Kept>();
  return (key: string | undefined, request: string, work: () => Answer): Answer => {
    if (key === undefined) return work();
    const known = kept.get(key);
    if (known && now() - known.at < day) {
      if (known.request === request) return replayed(known.answer);
      const message = `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}'.`;
      return refused(400, message, { type: "idempotency_error" });
    }
    const answer = structuredClone(work());
    // What was not even begun is not remembered.
    if (answer.status < 400) kept.set(key, { request, answer, at: now() });
    const [oldest] = kept.keys();
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    return answer;
  };
}

function replayed(answer: Answer): Answer {
  return "body" in answer ? { ...answer, headers: { "idempotent-replayed": "true" } } : answer;
}
