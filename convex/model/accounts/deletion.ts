import { chatSubject } from "../../../shared/identity.ts";
import { internal } from "../../_generated/api.js";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { releaseRsvps } from "../events/rsvpOwners.ts";
import { endGiving } from "../giving/subscriptions.ts";
import { leaveQueues } from "../queue/members.ts";
import { forgetWebhookEvents } from "../people/webhookEvents.ts";
import { isBlocked } from "../people/accountStatus.ts";
import { eraseApplications, withdrawPending } from "../people/applications.ts";
import { eraseTexts, scheduleNoticeErasure } from "./erasure.ts";
import { audit } from "../callers/limits.ts";
import { accountsOf, type ChatIdentity, invalidateChatCache } from "../callers/chatAccounts.ts";
import { type ChatCaller, isBootstrapChat, isBootstrapDid, wasDemoted } from "../callers/caller.ts";
import { dialogOf } from "../people/dialogs.ts";
import { requestsOf } from "../people/joinRequests.ts";
import { releaseMemberRoles } from "../people/memberRoles.ts";
import { notifyUser } from "../people/notices.ts";
import { profileOf } from "../callers/users.ts";

// Deleting a user: the row is kept, personal data are removed. A suspended or banned user cannot
// get rid of the block this way: personal data are removed as well, but the account keeps its
// identities and stays blocked, so that signing in again leads to the blocked account.

type How = {
  /** The origin: a platform, "privy" or "clerk". */
  from: string;
  /** The user who deleted; absent for webhooks. */
  actor?: Id<"users"> | undefined;
  /** The chat that gets a reply and therefore no notice. */
  except?: ChatIdentity | undefined;
};

/** Deletes a user. `now` in Unix milliseconds. */
export async function deleteUser(
  ctx: MutationCtx,
  user: Doc<"users">,
  { from, actor, except }: How,
  now: number,
): Promise<void> {
  const isKept = isBlocked(user.accountStatus);
  const isConfigured = user.privyDid !== undefined && (await isBootstrapDid(ctx, user.privyDid));
  const telling = { subjectKey: `deleted:${user._id}:${now}`, ...(except && { except }) };
  await notifyUser(ctx, user._id, { kind: "deleted" }, telling, now);
  await withdrawPending(ctx, user._id, now);
  await invalidateChatCache(ctx, user._id, now);
  const accounts = await accountsOf(ctx, user._id);
  for (const account of accounts) {
    await forgetForms(ctx, account);
    if (isKept) await ctx.db.patch("chatAccounts", account._id, nameless);
    else {
      await releaseMemberRoles(ctx, account, now);
      await forgetAccount(ctx, account, wasDemoted(user), now);
    }
  }
  await eraseApplications(ctx, user._id, now);
  await eraseTexts(ctx, user._id, accounts);
  const halves = await mergedInto(ctx, user._id);
  await endGiving(
    ctx,
    user._id,
    [user, ...halves].flatMap(({ stripeCustomerId }) => stripeCustomerId ?? []),
  );
  await leaveQueues(ctx, user._id, now);
  await releaseRsvps(ctx, { userId: user._id }, true, now);
  await forgetWebhookEvents(ctx, user._id);
  const profile = await profileOf(ctx, user._id);
  if (profile) await ctx.db.delete("profiles", profile._id);
  for (const half of halves)
    await ctx.db.patch("users", half._id, { ...impersonal, privyDid: undefined });
  await ctx.db.patch("users", user._id, {
    ...impersonal,
    // The Clerk id stays, so that a late webhook finds the deleted user.
    ...(isKept
      ? { clerkUpdatedAt: never }
      : {
          ...(!(wasDemoted(user) && isConfigured) && { privyDid: undefined }),
          role: "member",
          deletedAt: now,
        }),
  });
  const by = actor === undefined ? {} : { actor };
  await audit(ctx, { action: "deleted", subject: user._id, from, ...by }, now);
}

/**
 * Milliseconds for which an unlinked chat account's row stays, so that the bots invalidate their
 * caches.
 */
const bareMs = 60_000;

/**
 * Clears the row of a chat account. If an admin has undone its bootstrap admin role (that of its user:
 * `isDemoted`), the row keeps that mark, so that the configuration does not make the account an admin
 * again.
 */
async function forgetAccount(
  ctx: MutationCtx,
  account: Doc<"chatAccounts">,
  isDemoted: boolean,
  now: number,
): Promise<void> {
  const { _id, platform, platformUserId } = account;
  const isUndone = account.wasDemoted === true || isDemoted;
  const bare = { platform, platformUserId, settingsChangedAt: now };
  if (isUndone && isBootstrapChat(bare, null)) {
    await ctx.db.replace("chatAccounts", _id, { ...bare, wasDemoted: true });
    return;
  }
  await ctx.db.replace("chatAccounts", _id, bare);
  const dropped = { accountId: _id, changedAt: now };
  await ctx.scheduler.runAfter(bareMs, internal.sweep.bareAccount, dropped);
}

/**
 * Deletes everything about a chat account that has no user: answers, reminders, calendar link, form,
 * requests to join, codes and settings. `now` in Unix milliseconds.
 */
export async function deleteBareAccount(
  ctx: MutationCtx,
  { platform, platformUserId, account }: ChatCaller["chat"],
  now: number,
): Promise<void> {
  await forgetForms(ctx, { platform, platformUserId });
  await releaseRsvps(ctx, { account: chatSubject(platform, platformUserId) }, true, now);
  await scheduleNoticeErasure(ctx, { platform, platformUserId }, true);
  if (account) await forgetAccount(ctx, account, false, now);
}

/** Deletes the row of a chat account, unless the account was used after `changedAt`. */
export async function forgetBareAccount(
  ctx: MutationCtx,
  accountId: Id<"chatAccounts">,
  changedAt: number,
): Promise<void> {
  const row = await ctx.db.get("chatAccounts", accountId);
  if (row && row.userId === undefined && row.settingsChangedAt === changedAt)
    await ctx.db.delete("chatAccounts", accountId);
}

/** Later than every timestamp of Clerk. */
const never = Number.MAX_SAFE_INTEGER;

const nameless = { handle: undefined, displayName: undefined };
const impersonal = {
  email: undefined,
  username: undefined,
  displayName: undefined,
  bio: undefined,
  avatarUrl: undefined,
  extWallet: undefined,
  appWallet: undefined,
  city: undefined,
  state: undefined,
  zipCode: undefined,
  locale: undefined,
  timezone: undefined,
  tellIn: undefined,
  muted: undefined,
  stripeCustomerId: undefined,
  privyMetadata: undefined,
  metadata: undefined,
} satisfies Partial<Record<keyof Doc<"users">, undefined>>;

const maxRows = 100;

/** Deletes a chat account's form, link codes and pending join requests. */
async function forgetForms(
  ctx: MutationCtx,
  { platform, platformUserId }: ChatIdentity,
): Promise<void> {
  const dialog = await dialogOf(ctx, { platform, platformUserId });
  if (dialog) await ctx.db.delete("dialogs", dialog._id);
  const codes = await ctx.db
    .query("linkCodes")
    .withIndex("by_account", (q) => q.eq("platform", platform).eq("platformUserId", platformUserId))
    .take(maxRows);
  for (const { _id } of codes) await ctx.db.delete("linkCodes", _id);
  if (platform !== "telegram") return;
  for (const { _id } of await requestsOf(ctx, platformUserId))
    await ctx.db.delete("joinRequests", _id);
}

async function mergedInto(ctx: MutationCtx, userId: Id<"users">): Promise<Doc<"users">[]> {
  return await ctx.db
    .query("users")
    .withIndex("by_merged_into", (q) => q.eq("mergedInto", userId))
    .take(maxRows);
}
