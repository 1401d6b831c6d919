/**
 * Many calls, one run: at most one per frame (or gap) and one at a time, and always one after the
 * last call. A run that fails is dropped; the next change brings another.
 */
export function soon(run: () => Promise<void>, gapMs = 0): () => void {
  let isPlanned = false;
  let isRunning = false;
  const plan = () => {
    if (isPlanned) return;
    isPlanned = true;
    if (!isRunning) requestAnimationFrame(() => void go());
  };
  const go = async () => {
    isPlanned = false;
    isRunning = true;
    await run().catch(() => undefined);
    if (gapMs > 0) await new Promise((wake) => setTimeout(wake, gapMs));
    isRunning = false;
    if (isPlanned) requestAnimationFrame(() => void go());
  };
  return plan;
}
