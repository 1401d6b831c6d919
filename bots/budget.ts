import { forgetOldest } from "./bounded.ts";

/** What becomes of a request: answered, answered with "wait a minute", or not at all. */
export type Verdict = "allowed" | "last" | "over";

export type Budget = {
  /** Takes one of the requests that somebody, or a chat, has in a minute. */
  take(key: string): Verdict;
};

const windowMs = 60_000;
const maxKept = 5_000;

/**
 * So many requests a minute for each key, which is a person or a chat. The first that is too many is
 * `last`: it gets a sentence; what follows within the minute gets nothing. `now` in Unix milliseconds.
 */
export function createBudget(perMinute: number, now: () => number): Budget {
  const windows = new Map<string, { began: number; taken: number }>();
  return {
    take(key) {
      const at = now();
      let window = windows.get(key);
      if (!window || at - window.began >= windowMs || at < window.began) {
        window = { began: at, taken: 0 };
        // Those who ask again are the last to be forgotten.
        windows.delete(key);
        windows.set(key, window);
        forgetOldest(windows, maxKept);
      }
      window.taken += 1;
      if (window.taken <= perMinute) return "allowed";
      return window.taken === perMinute + 1 ? "last" : "over";
    },
  };
}

/** The budgets of one platform: of each person wherever they are, and of each chat of several. */
export type Budgets = { ofPerson: Budget; ofChat: Budget };

export function createBudgets(perMinute: number, now: () => number): Budgets {
  return { ofPerson: createBudget(perMinute, now), ofChat: createBudget(perMinute, now) };
}
