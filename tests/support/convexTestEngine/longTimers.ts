import { promisify } from "node:util";

type TimeOut = typeof setTimeout & { [promisify.custom]?: unknown };

// Node fires a timer of more than 24.8 days at once. convex-test keeps scheduled functions in
// timers, so for as long as an engine lives such a timer is waited for in parts.

const longest = 2 ** 31 - 1;

/** Makes `setTimeout` keep any delay. Returns how to undo it. */
export function allowLongTimers(): () => void {
  const real: TimeOut = globalThis.setTimeout;
  const patient = (run: (...args: unknown[]) => void, delay = 0, ...args: unknown[]) =>
    delay <= longest
      ? real(run, delay, ...args)
      : real(() => patient(run, delay - longest, ...args), longest);
  const installed = Object.assign(patient, {
    [promisify.custom]: real[promisify.custom],
  }) as unknown as typeof setTimeout;
  globalThis.setTimeout = installed;
  return () => {
    if (globalThis.setTimeout === installed) globalThis.setTimeout = real;
  };
}
