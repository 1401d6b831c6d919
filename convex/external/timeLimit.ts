/** Whoever is asked answers within a second or two; what takes longer is not coming. */
const TIME_LIMIT_MS = 15_000;

/**
 * Runs `work` under one time limit. The race is on purpose: not every runtime's fetch listens to a
 * signal, and an older one has no `AbortSignal.timeout` at all (then its own limit must do).
 */
export async function withTimeLimit<T>(
  work: (signal: AbortSignal | undefined) => Promise<T>,
  limitMs = TIME_LIMIT_MS,
): Promise<T | "timeout"> {
  const signal =
    typeof AbortSignal.timeout === "function" ? AbortSignal.timeout(limitMs) : undefined;
  if (signal === undefined) return await work(undefined);
  const late = new Promise<"timeout">((resolve) => {
    signal.addEventListener("abort", () => resolve("timeout"));
  });
  const done = work(signal).catch((error: unknown) => {
    if (signal.aborted) return "timeout" as const;
    throw error;
  });
  return await Promise.race([done, late]);
}
