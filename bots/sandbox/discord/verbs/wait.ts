import type { ActAnswer } from "../../contract.ts";

/** What a verb does once somebody waits for its answer; `settle` may be called more than once. */
type Begin = (settle: (answer: ActAnswer) => void) => {
  /** False where nobody could possibly answer. */
  reached: boolean;
  /** What to say where no answer came. */
  silence: () => ActAnswer;
  /** Cleans up after the wait. */
  done?: () => void;
};

/** Starts a verb and waits for its answer, at most `waitMs`. */
export function waitFor(waitMs: number, begin: Begin): Promise<ActAnswer> {
  return new Promise((resolve) => {
    let over = false;
    let timer: NodeJS.Timeout | undefined;
    let done: (() => void) | undefined;
    const settle = (answer: ActAnswer) => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      done?.();
      resolve(answer);
    };
    const begun = begin(settle);
    done = begun.done;
    // Settled while it began: nothing to wait for, but still to be cleaned up.
    if (over) return done?.();
    if (!begun.reached || waitMs <= 0) return settle(begun.silence());
    timer = setTimeout(() => settle(begun.silence()), waitMs);
  });
}

export const refuse = (error: string): ActAnswer => ({ ok: false, error });
