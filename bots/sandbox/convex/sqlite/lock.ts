export type Lock = {
  /** Runs `work` when everything that came before it has ended. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when nothing runs; undefined where that is so already. */
  idle(): Promise<void> | undefined;
};

/** Lets one at a time, in the order they came. */
export function createLock(): Lock {
  let last: Promise<void> = Promise.resolve();
  let waiting = 0;
  const ended = (): void => {
    waiting -= 1;
  };

  async function idle(): Promise<void> {
    const awaited = last;
    await awaited;
    if (last !== awaited) await idle();
  }

  return {
    run(work) {
      waiting += 1;
      const result = last.then(work);
      last = result.then(ended, ended);
      return result;
    },
    idle: () => (waiting === 0 ? undefined : idle()),
  };
}
