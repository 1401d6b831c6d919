/**
 * Turns "a function is writing" into "it may have committed". `latest` waits for the transaction in
 * progress to end, so one wait serves every write made before it; it is told when the wait is over
 * and calls `onReached` while no transaction can be writing.
 */
export function createWriteSignal(latest: (onReached: () => void) => Promise<unknown>) {
  const listeners = new Set<() => void>();
  let waiting = false;
  let closed = false;

  async function afterTransaction(): Promise<void> {
    await latest(() => {
      waiting = false;
    });
    for (const listener of listeners) listener();
  }

  function wrote(): void {
    if (waiting || closed) return;
    waiting = true;
    void afterTransaction();
  }

  function onWrite(listener: () => void): () => void {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  function close(): void {
    closed = true;
    listeners.clear();
  }

  return { wrote, onWrite, close };
}
