import type { Clock } from "../clock.ts";

// Convex answers 503 where it has not carried out a call: a write conflict that stayed after its own
// five tries (OptimisticConcurrencyControlFailure), or too much at once. Nothing was written, so that
// the call can be made again: https://docs.convex.dev/error#write-conflicts

const notCarriedOut = 503;
const firstPauseMs = 100;
const longestPauseMs = 2_000;
/** A person waits no longer, and a lease of the queue is still held. */
const tryForMs = 10_000;

type Parts = {
  clock: Clock;
  signal: AbortSignal;
  /** From 0 up to 1: callers that met each other must not meet again. */
  random?: () => number;
};

/**
 * Asks until Convex has carried the request out, for ten seconds, with pauses between 0 and
 * 100 ms x 2^n, at most 2 s. Gives the last response, which may still be a 503.
 */
export async function untilCarriedOut(
  ask: () => Promise<Response>,
  { clock, signal, random = Math.random }: Parts,
): Promise<Response> {
  const until = clock.now() + tryForMs;
  for (let tries = 0; ; tries++) {
    const response = await ask();
    if (response.status !== notCarriedOut) return response;
    const pauseMs = random() * Math.min(firstPauseMs * 2 ** tries, longestPauseMs);
    if (signal.aborted || clock.now() + pauseMs >= until) return response;
    await response.body?.cancel().catch(() => undefined);
    await clock.sleep(pauseMs, signal);
  }
}

/** Whether a response says that nothing was done: another try later may succeed. */
export function isNotCarriedOut({ status }: Response): boolean {
  return status === notCarriedOut;
}
