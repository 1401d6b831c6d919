import type { Clock } from "./clock.ts";
import { errorKind, type Log } from "./log.ts";

const firstPauseMs = 5_000;
const longestPauseMs = 10 * 60_000;

/**
 * Tries until it succeeds or `signal` aborts, with longer and longer pauses; never rejects. `failed` is
 * what the log says of a try.
 */
export async function untilDone(
  work: () => Promise<unknown>,
  failed: string,
  { clock, log, signal }: { clock: Clock; log: Log; signal: AbortSignal },
): Promise<void> {
  let pauseMs = firstPauseMs;
  while (!signal.aborted) {
    try {
      await work();
      return;
    } catch (error) {
      log.warn(errorKind(error), failed);
      await clock.sleep(pauseMs, signal);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
  }
}
