import type { Doc } from "../../_generated/dataModel.js";

/** Whether doing it twice is the same as doing it once: edits, roles, and letting somebody in. */
export function isRepeatable({ part, work }: Doc<"deliveries">): boolean {
  return part !== "message" || work.do === "role" || work.do === "admit";
}
