import { promisify } from "node:util";

type TimeOut = typeof setTimeout & { [promisify.custom]?: unknown };

// Node fires timers of more than 24.8 days immediately. convex-test keeps scheduled functions in
// timers, so while an engine exists long timers are split into parts.

const maxDelayMs = 2 ** 31 - 1;

/** Makes `setTimeout` support any delay. Returns a function that restores the original. */
export function allowLongTimers(): () => void {
  const real: TimeOut = globalThis.setTimeout;
  const patient = (run: (...args: unknown[]) => void, delay = 0, ...args: unknown[]) =>
    delay <= maxDelayMs
      ? real(run, delay, ...args)
      : real(() => patient(run, delay - maxDelayMs, ...args), maxDelayMs);
  const installed = Object.assign(patient, {
    [promisify.custom]: real[promisify.custom],
  }) as unknown as typeof setTimeout;
  globalThis.setTimeout = installed;
  return () => {
    if (globalThis.setTimeout === installed) globalThis.setTimeout = real;
  };
}
