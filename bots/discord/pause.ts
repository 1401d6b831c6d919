/** A pause that lasts longer each time, until what it waited for has come. */
export type Pause = {
  /** What is left of it, in milliseconds. */
  leftMs(): number;
  isEnded(): boolean;
  /** Gives its length. Requests that were under way together begin one pause. */
  begin(atLeastMs?: number): number;
  /** The next pause is a first one again; the one that runs goes on. */
  shorten(): void;
  end(): void;
};

const longestMs = 10 * 60_000;

/** `now`: Unix milliseconds; `firstMs`: the length of the first pause, each one is twice the last. */
export function createPause(now: () => number, firstMs: number): Pause {
  let until = 0;
  let nextMs = firstMs;
  const shorten = () => {
    nextMs = firstMs;
  };
  return {
    leftMs: () => Math.max(0, until - now()),
    isEnded: () => until === 0,
    begin(atLeastMs = 0) {
      if (until > now()) return until - now();
      const ms = Math.max(nextMs, atLeastMs);
      until = now() + ms;
      nextMs = Math.min(nextMs * 2, longestMs);
      return ms;
    },
    shorten,
    end() {
      until = 0;
      shorten();
    },
  };
}
