import { vi } from "vitest";

/** Lets everything happen that needs no time to pass: network on this machine, promises. */
export async function settleNetwork(turns = 20): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/**
 * Lets faked time pass, at most `ms`, until it is so; gives how many milliseconds have passed. The
 * real network keeps up, because it gets turns before every step.
 */
export async function passUntil(
  ms: number,
  isSo: () => boolean | Promise<boolean>,
  stepMs = 5,
): Promise<number> {
  const began = Date.now();
  while (!(await isSo())) {
    if (Date.now() - began > ms) throw new Error(`it was not so within ${ms} ms`);
    await settleNetwork();
    vi.advanceTimersByTime(stepMs);
  }
  return Date.now() - began;
}
