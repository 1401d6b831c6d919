/**
 * Many calls, one run: at most one per frame and one at a time, and always one after the last call.
 * A run that fails is dropped; the next change brings another.
 */
export function soon(run: () => Promise<void>): () => void {
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
    isRunning = false;
    if (isPlanned) requestAnimationFrame(() => void go());
  };
  return plan;
}
