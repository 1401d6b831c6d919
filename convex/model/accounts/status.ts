import { withdrawPending } from "../people/applications.ts";
import { isBlocked, nextStatus, type StatusEvent } from "../people/accountStatus.ts";
import { audit } from "../callers/limits.ts";
import type { UserCaller } from "../callers/caller.ts";
import { invalidateChatCache } from "../callers/chatAccounts.ts";
import { followMemberRoles } from "../people/memberRoles.ts";
import { notifyUser } from "../people/notices.ts";
import { releaseRsvps } from "../events/rsvpOwners.ts";
import { scheduleReconciliation } from "../giving/subscriptions.ts";
import { leaveQueues } from "../queue/members.ts";
import { refusal } from "../refusal.ts";
import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";

// Status and role changes by admins: suspend, ban, restore, grant and remove roles.

/**
 * Suspends, bans or restores a user, with all consequences.
 *
 * @throws not-yourself
 */
export async function changeStatus(
  ctx: MutationCtx,
  admin: UserCaller,
  user: Doc<"users">,
  event: Extract<StatusEvent, "suspend" | "ban" | "restore">,
  now: number,
): Promise<void> {
  if (user._id === admin.user._id) throw refusal("not-yourself");
  const move = nextStatus(user.accountStatus, event, user.statusBefore);
  if ("refused" in move) throw refusal(move.refused);
  if (move.to === user.accountStatus) return;
  await withdrawPending(ctx, user._id, now);
  const before = isBlocked(user.accountStatus) ? user.statusBefore : user.accountStatus;
  await ctx.db.patch("users", user._id, {
    accountStatus: move.to,
    statusBefore: isBlocked(move.to) ? before : undefined,
    // A blocked user has no role after being restored.
    ...(isBlocked(move.to) && { role: "member" as const }),
  });
  const action = ({ suspend: "suspended", ban: "banned", restore: "restored" } as const)[event];
  const { from } = admin;
  await audit(ctx, { action, actor: admin.user._id, subject: user._id, from }, now);
  if (isBlocked(move.to)) await releaseRsvps(ctx, { userId: user._id }, false, now);
  await followMemberRoles(ctx, user._id, now);
  await invalidateChatCache(ctx, user._id, now);
  if (isBlocked(move.to)) await leaveQueues(ctx, user._id, now);
  const subjectKey = `status:${user._id}:${now}`;
  await notifyUser(ctx, user._id, { kind: action }, { subjectKey }, now);
  // Blocked users must not be charged. After being restored they subscribe again themselves.
  await scheduleReconciliation(ctx, { ...user, accountStatus: move.to });
}

const maxAdmins = 50;

/**
 * Grants or removes a role. The last admin cannot be demoted.
 *
 * @throws not-a-member, last-admin
 */
export async function changeRole(
  ctx: MutationCtx,
  admin: UserCaller,
  user: Doc<"users">,
  to: Doc<"users">["role"],
  now: number,
): Promise<void> {
  if (user.role === to) return;
  if (user.accountStatus !== "active") throw refusal("not-a-member");
  await requireOtherAdmin(ctx, user);
  await ctx.db.patch("users", user._id, { role: to });
  const entry = { action: "role" as const, actor: admin.user._id, subject: user._id };
  await audit(ctx, { ...entry, detail: to, from: admin.from }, now);
  await invalidateChatCache(ctx, user._id, now);
  if (user._id !== admin.user._id)
    await notifyUser(
      ctx,
      user._id,
      { kind: "role", role: to },
      { subjectKey: `role-of:${user._id}:${now}` },
      now,
    );
}

/**
 * Checks that another active admin exists.
 *
 * @throws last-admin
 */
export async function requireOtherAdmin(
  ctx: MutationCtx,
  { _id: but, role, accountStatus }: Doc<"users">,
): Promise<void> {
  if (role !== "admin" || accountStatus !== "active") return;
  const admins = await ctx.db
    .query("users")
    .withIndex("by_role", (q) => q.eq("role", "admin"))
    .take(maxAdmins);
  const hasOther = admins.some(
    (one) => one._id !== but && one.accountStatus === "active" && one.deletedAt === undefined,
  );
  if (!hasOther) throw refusal("last-admin");
}
