import type { Infer } from "convex/values";
import type { RefusalCode } from "../../../shared/refusals.ts";
import type { accountStatus } from "../fields.ts";

// The one way by which an account's status changes. What is not named here cannot happen: above
// all, nothing but an admin's "restore" leads out of suspended or banned.

export type AccountStatus = Infer<typeof accountStatus>;
export type StatusEvent =
  "apply" | "approve" | "reject" | "withdraw" | "suspend" | "ban" | "restore";

type Move = { to: AccountStatus } | { refused: RefusalCode };

const barred = { suspended: { refused: "suspended" }, banned: { refused: "banned" } } as const;
const notWaiting = { refused: "not-pending" } as const;

const moves: Record<StatusEvent, Record<AccountStatus, Move>> = {
  apply: {
    incomplete: { to: "pending" },
    pending: { refused: "already-applied" },
    active: { refused: "already-member" },
    ...barred,
  },
  approve: {
    incomplete: notWaiting,
    pending: { to: "active" },
    // Who became a member in another way is one still, whatever becomes of their application.
    active: { to: "active" },
    ...barred,
  },
  reject: {
    incomplete: notWaiting,
    pending: { to: "incomplete" },
    active: { to: "active" },
    ...barred,
  },
  withdraw: {
    incomplete: notWaiting,
    pending: { to: "incomplete" },
    active: notWaiting,
    ...barred,
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
  // Back to what it was: a member is a member again, an applicant applies anew.
  restore: {
    incomplete: { refused: "not-barred" },
    pending: { refused: "not-barred" },
    active: { refused: "not-barred" },
    suspended: { to: "incomplete" },
    banned: { to: "incomplete" },
  },
};

/** What an event makes of a status. `before` is what a suspended or banned account was. */
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

/** Of two halves of one person: a bar outweighs membership, membership outweighs waiting. */
export function mergedStatus(one: AccountStatus, other: AccountStatus): AccountStatus {
  return gravest.find((status) => status === one || status === other) ?? one;
}

export function isBlocked(status: AccountStatus): boolean {
  return status === "suspended" || status === "banned";
}
