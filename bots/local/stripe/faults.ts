import type { StripeFault } from "./types.ts";

export type Faults = {
  add: (fault: StripeFault) => void;
  list: () => StripeFault[];
  /** The fault that a request for this path meets, counted down. */
  take(path: string): StripeFault | undefined;
};

export function makeFaults(): Faults {
  let waiting: StripeFault[] = [];
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
