import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import type { Revoked } from "../../external/identityEvents.ts";
import { releaseRsvps } from "../events/goingOwners.ts";
import { isBlocked, mergedStatus } from "../people/accountStatus.ts";
import { withdrawPending } from "../people/applications.ts";
import { audit } from "../callers/audit.ts";
import { chatAccountOf, invalidateChatCache } from "../callers/chatAccounts.ts";
import { followMemberRoles } from "../people/memberRoles.ts";
import { leaveQueues } from "../queue/members.ts";
import { dropAccount } from "./unlinking.ts";
import { makeUser, userByPrivyDid, userOf } from "../callers/users.ts";

/**
 * Privy took an account from one of its users. Exactly that chat account is taken from them here,
 * if Privy was why it was theirs: one that has been linked by a code since stays. Who is suspended
 * or banned keeps it, and takes the bar along to the Privy user into which they turned.
 */
export async function revoke(
  ctx: MutationCtx,
  { did, toDid, account }: Revoked,
  now: number,
): Promise<void> {
  const user = await userByPrivyDid(ctx, did);
  if (!user) return;
  if (isBlocked(user.accountStatus)) {
    if (toDid !== undefined) await carryBlock(ctx, user, toDid, now);
    return;
  }
  const row = account && (await chatAccountOf(ctx, account));
  if (!row?.userId || row.via !== "privy") return;
  const owner = await userOf(ctx, row.userId);
  if (owner?._id === user._id) await dropAccount(ctx, user, row, "privy", now);
}

/** The old DID stays barred too: its tokens may live a while. */
async function carryBlock(
  ctx: MutationCtx,
  barred: Doc<"users">,
  toDid: string,
  now: number,
): Promise<void> {
  const made = { privyDid: toDid, primaryAuthMethod: barred.primaryAuthMethod };
  const next = (await userByPrivyDid(ctx, toDid)) ?? (await makeUser(ctx, made, now));
  const accountStatus = mergedStatus(barred.accountStatus, next.accountStatus);
  if (accountStatus === next.accountStatus) return;
  await withdrawPending(ctx, next._id, now);
  await ctx.db.patch("users", next._id, {
    accountStatus,
    role: "member",
    statusBefore: isBlocked(next.accountStatus)
      ? (next.statusBefore ?? "incomplete")
      : next.accountStatus,
  });
  const action = accountStatus === "banned" ? ("banned" as const) : ("suspended" as const);
  await audit(ctx, { action, subject: next._id, from: "privy", detail: "transfer" }, now);
  await releaseRsvps(ctx, next._id, false, now);
  await leaveQueues(ctx, next._id, now);
  await followMemberRoles(ctx, next._id, now);
  await invalidateChatCache(ctx, next._id, now);
}
