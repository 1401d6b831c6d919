/** Work in lanes: what is in one lane goes in order, the lanes go side by side. */
export type Lanes = {
  /** Resolves when the work is done; what it throws is its caller's. */
  run(lane: string, work: () => Promise<void>): Promise<void>;
};

/** At most `atOnce` of all lanes are at work; the others wait for a place in the order they came. */
export function createLanes(atOnce: number): Lanes {
  const ends = new Map<string, Promise<void>>();
  const waiting: (() => void)[] = [];
  let free = atOnce;

  const enter = async () => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return {
    async run(lane, work) {
      const before = ends.get(lane);
      const { promise: end, resolve } = Promise.withResolvers<void>();
      ends.set(lane, end);
      try {
        await before;
        await enter();
        try {
          await work();
        } finally {
          leave();
        }
      } finally {
        resolve();
        if (ends.get(lane) === end) ends.delete(lane);
      }
    },
  };
}
