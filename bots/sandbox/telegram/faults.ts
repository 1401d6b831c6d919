import type { Fault } from "../contract.ts";

/** What is set to break. */
export type Faults = {
  add(fault: Fault): void;
  list(): Fault[];
  /** The fault that hits a call of `method`, used up by one. */
  next(method: string): Fault | undefined;
};

export function startFaults(): Faults {
  let faults: Fault[] = [];

  return {
    add(fault) {
      if (fault.count > 0) faults.push({ ...fault });
    },
    list: () => faults.map((fault) => ({ ...fault })),
    next(method) {
      if (faults.length === 0) return undefined;
      const fault = faults.find((fault) => hits(fault, method));
      if (!fault) return undefined;
      fault.count--;
      faults = faults.filter((fault) => fault.count > 0);
      return fault;
    },
  };
}

// A long poll is nearly always under way and would take every fault meant for something else,
// so it is hit only where it is named.
function hits({ only }: Fault, method: string): boolean {
  if (only === undefined) return method !== "getUpdates";
  return method.toLowerCase().includes(only.toLowerCase());
}
