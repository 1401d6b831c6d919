import type { Doc } from "../../_generated/dataModel.js";

/** Whether doing it twice is the same as doing it once: edits, roles, and letting somebody in. */
export function isRepeatable({ part, work }: Doc<"deliveries">): boolean {
  return part !== "message" || work.do === "role" || work.do === "admit";
}

const moneyNotices: readonly string[] = ["report", "payment-failed", "payment-arrived"];

/** Whether it is about somebody's money: where a repeat cannot be told, it is not sent twice. */
export function isAboutMoney({ work }: Doc<"deliveries">): boolean {
  if (work.do === "notice") return moneyNotices.includes(work.notice.kind);
  return work.do === "distribution";
}
