// What an emulator is told to do wrong, how often, and to which requests.

/** `only`: requests whose path contains this. */
type Fault = { count: number; only?: string };

export type Faults<F extends Fault> = {
  add: (fault: F) => void;
  list: () => F[];
  /** The fault that a request for this path meets, counted down. */
  take(path: string): F | undefined;
};

export function makeFaults<F extends Fault>(): Faults<F> {
  let waiting: F[] = [];
  return {
    add(fault) {
      waiting.push({ ...fault });
    },
    list: () => waiting.map((fault) => ({ ...fault })),
    take(path) {
      const fault = waiting.find(({ only }) => only === undefined || path.includes(only));
      if (fault === undefined) return undefined;
      fault.count -= 1;
      waiting = waiting.filter(({ count }) => count > 0);
      return fault;
    },
  };
}
