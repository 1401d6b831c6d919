import type { Fault } from "../../contract.ts";

/** Takes the first fault that is meant for this request, and counts it down. */
export function takeFault(faults: Fault[], method: string, path: string): Fault | undefined {
  if (faults.length === 0) return undefined;
  const request = `${method} ${path}`;
  const index = faults.findIndex((one) => one.only === undefined || request.includes(one.only));
  const fault = faults[index];
  if (!fault) return undefined;
  fault.count -= 1;
  if (fault.count <= 0) faults.splice(index, 1);
  return fault;
}
