import type { Clock } from "./clock.ts";

// How fast the outbox sends: its pace, one after another where a repeat is not safe, and what a
// platform's "later" means for the others.

/** Spaces the starts of sends so that there are at most `perSecond`, without bursts. */
export function createPace(clock: Clock, perSecond: number) {
  const gap = 1000 / perSecond;
  let next = 0;
  let pausedUntil = 0;
  return {
    /** The next turn is still to come. */
    isAhead: () => Math.max(next, pausedUntil) > clock.now(),
    async turn(signal: AbortSignal) {
      // A pause that begins while one waits counts for it too.
      for (let now = clock.now(); now < pausedUntil && !signal.aborted; now = clock.now())
        await clock.sleep(pausedUntil - now, signal);
      const now = clock.now();
      const at = Math.max(now, next);
      next = at + gap;
      if (at > now) await clock.sleep(at - now, signal);
    },
    pause(ms: number) {
      pausedUntil = Math.max(pausedUntil, clock.now() + ms);
    },
  };
}

/** A send that has no answer after this long holds up the next one no more. */
const slowMs = 500;

/**
 * Lets messages that must not be repeated begin one after another, each with the one before
 * completed in the same step; but a chat that takes long to answer does not hold up the others.
 */
export function createOrderedSends<Completed>(clock: Clock, signal: AbortSignal) {
  let last = Promise.resolve();
  let waiting = 0;
  /** What was sent last, and is still to be completed: by the next turn, or by who is idle. */
  let handedOver: Completed | undefined;

  const takeOver = () => {
    const taken = handedOver;
    handedOver = undefined;
    return taken;
  };
  return {
    /** One would have to wait for one's turn. */
    isBusy: () => waiting > 0,
    takeOver,
    /** Resolves when it is one's turn, with what is to be completed first. */
    async turn() {
      const before = last;
      const { promise, resolve } = Promise.withResolvers<void>();
      last = promise;
      waiting += 1;
      await before;
      let isOver = false;
      const ended = new AbortController();
      const pass = () => {
        if (isOver) return;
        isOver = true;
        waiting -= 1;
        ended.abort();
        resolve();
      };
      void clock.sleep(slowMs, AbortSignal.any([ended.signal, signal])).then(pass);
      return {
        completed: takeOver(),
        /** Ends the turn. False where it was over already: the caller completes it by itself. */
        handOver(completed: Completed | undefined): boolean {
          if (isOver) return false;
          handedOver = completed;
          pass();
          return true;
        },
      };
    },
  };
}

/** So many different chats in a row: the limit is not theirs, but the platform's for all. */
const manyChats = 3;
const longestPauseMs = 10_000;

type Ended = { kind: string; retryAfterMs?: number; isForAll?: true };

/**
 * Tells one chat's rate limit, which the queue keeps to, from the platform's own, which is
 * everybody's: that one several chats meet, and none gets anything, or the platform says so.
 */
export function createRefusals() {
  const chats = new Set<string>();
  return {
    /** How long everybody has to wait after a try that ended so, milliseconds. */
    pauseAfter(chatId: string, { kind, retryAfterMs = 0, isForAll }: Ended): number {
      if (kind === "sent") chats.clear();
      if (kind !== "later") return 0;
      chats.add(chatId);
      if (isForAll) return retryAfterMs;
      return chats.size < manyChats ? 0 : Math.min(retryAfterMs, longestPauseMs);
    },
  };
}
