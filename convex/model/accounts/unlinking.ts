import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { leaveQueues, queuesShowPerson } from "../queue/members.ts";
import { audit } from "../callers/limits.ts";
import { type ChatCaller, wasDemoted } from "../callers/caller.ts";
import { accountsOf, chatAccountOf, invalidateChatCache } from "../callers/chatAccounts.ts";
import { accountName } from "./linking.ts";
import { followMemberRoles, releaseMemberRoles } from "../people/memberRoles.ts";
import { notifyUser } from "../people/notices.ts";
import { refusal } from "../refusal.ts";
import type { Revoked } from "../../external/identityEvents.ts";
import { releaseRsvps } from "../events/rsvpOwners.ts";
import { isBlocked, mergedStatus } from "../people/accountStatus.ts";
import { withdrawPending } from "../people/applications.ts";
import { makeUser, userByPrivyDid, userOf } from "../callers/users.ts";

// Unlinking a chat account. A suspended or banned user keeps the account: unlinking must not end a
// block.

/**
 * Unlinks the calling chat account. Refuses the last way to sign in: that would be a deletion.
 *
 * @throws no-account, last-way-in
 */
export async function unlink(ctx: MutationCtx, caller: ChatCaller, now: number): Promise<void> {
  const { user } = caller;
  const { account } = caller.chat;
  if (!user || !account) throw refusal("no-account");
  const { accountStatus, privyDid, clerkId } = user;
  if (accountStatus === "suspended" || accountStatus === "banned") throw refusal(accountStatus);
  const others = (await accountsOf(ctx, user._id)).filter(({ _id }) => _id !== account._id);
  if (privyDid === undefined && clerkId === undefined && others.length === 0)
    throw refusal("last-way-in");
  await dropAccount(ctx, user, account, caller.from, now);
}

/** Unlinks a chat account of a user who is not blocked. `from`: a platform or "privy". */
export async function dropAccount(
  ctx: MutationCtx,
  user: Doc<"users">,
  account: Doc<"chatAccounts">,
  from: string,
  now: number,
): Promise<void> {
  await releaseMemberRoles(ctx, account, now);
  await ctx.db.patch("chatAccounts", account._id, {
    userId: undefined,
    via: undefined,
    linkedAt: undefined,
    handle: undefined,
    displayName: undefined,
    // Language and time zone of this chat stay as they were.
    locale: user.locale,
    timezone: user.timezone,
    ...(wasDemoted(user) && { wasDemoted: true }),
    settingsChangedAt: now,
  });
  await queuesShowPerson(ctx, user._id, now);
  const by = from === "privy" ? {} : { actor: user._id };
  const detail = account.platform;
  await audit(ctx, { action: "unlinked", subject: user._id, from, detail, ...by }, now);
  await notifyUser(
    ctx,
    user._id,
    { kind: "unlinked", account: accountName(account.platform, account.displayName) },
    { subjectKey: `unlinked:${account._id}:${now}` },
    now,
  );
}

/**
 * Handles a chat account that was removed from a Privy user: it is unlinked if it was linked
 * through Privy; one that was linked by a code since stays. A suspended or banned user keeps it,
 * and the block also applies to the Privy user who has it now.
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

/** The old DID stays blocked too: its access tokens may still be valid for a while. */
async function carryBlock(
  ctx: MutationCtx,
  blocked: Doc<"users">,
  toDid: string,
  now: number,
): Promise<void> {
  const made = { privyDid: toDid, primaryAuthMethod: blocked.primaryAuthMethod };
  const next = (await userByPrivyDid(ctx, toDid)) ?? (await makeUser(ctx, made, now));
  const accountStatus = mergedStatus(blocked.accountStatus, next.accountStatus);
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
  await releaseRsvps(ctx, { userId: next._id }, false, now);
  await leaveQueues(ctx, next._id, now);
  await followMemberRoles(ctx, next._id, now);
  await invalidateChatCache(ctx, next._id, now);
}
