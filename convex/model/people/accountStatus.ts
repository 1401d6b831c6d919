import type { Infer } from "convex/values";
import type { RefusalCode } from "../../../shared/refusals.ts";
import type { accountStatus } from "../fields.ts";

// The only place that changes an account's status. Transitions that are not listed here cannot
// happen; in particular only an admin's "restore" leads out of suspended or banned.

export type AccountStatus = Infer<typeof accountStatus>;
export type StatusEvent =
  "apply" | "approve" | "reject" | "withdraw" | "suspend" | "ban" | "restore";

type Move = { to: AccountStatus } | { refused: RefusalCode };

const blocked = { suspended: { refused: "suspended" }, banned: { refused: "banned" } } as const;
const notWaiting = { refused: "not-pending" } as const;

const moves: Record<StatusEvent, Record<AccountStatus, Move>> = {
  apply: {
    incomplete: { to: "pending" },
    pending: { refused: "already-applied" },
    active: { refused: "already-member" },
    ...blocked,
  },
  approve: {
    incomplete: notWaiting,
    pending: { to: "active" },
    // A user who became a member in another way stays one, whatever happens to the application.
    active: { to: "active" },
    ...blocked,
  },
  reject: {
    incomplete: notWaiting,
    pending: { to: "incomplete" },
    active: { to: "active" },
    ...blocked,
  },
  withdraw: {
    incomplete: notWaiting,
    pending: { to: "incomplete" },
    active: notWaiting,
    ...blocked,
  },
  suspend: {
    incomplete: { to: "suspended" },
    pending: { to: "suspended" },
    active: { to: "suspended" },
    suspended: { to: "suspended" },
    banned: { refused: "banned" },
  },
  ban: {
    incomplete: { to: "banned" },
    pending: { to: "banned" },
    active: { to: "banned" },
    suspended: { to: "banned" },
    banned: { to: "banned" },
  },
  // Back to the status before: a member is a member again, an applicant has to apply again.
  restore: {
    incomplete: { refused: "not-barred" },
    pending: { refused: "not-barred" },
    active: { refused: "not-barred" },
    suspended: { to: "incomplete" },
    banned: { to: "incomplete" },
  },
};

/** The status after an event. `before`: the status of a suspended or banned account before that. */
export function nextStatus(
  status: AccountStatus,
  event: StatusEvent,
  before?: AccountStatus,
): Move {
  const move = moves[event][status];
  if (event === "restore" && "to" in move && before === "active") return { to: "active" };
  return move;
}

const gravest: readonly AccountStatus[] = [
  "banned",
  "suspended",
  "active",
  "pending",
  "incomplete",
];

/** The status after a merge: blocked outweighs active, active outweighs pending. */
export function mergedStatus(one: AccountStatus, other: AccountStatus): AccountStatus {
  return gravest.find((status) => status === one || status === other) ?? one;
}

export function isBlocked(status: AccountStatus): boolean {
  return status === "suspended" || status === "banned";
}
