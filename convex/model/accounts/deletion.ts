import { internal } from "../../_generated/api.js";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { releaseRsvps } from "../events/rsvpOwners.ts";
import { endGiving } from "../giving/subscriptions.ts";
import { leaveQueues } from "../queue/members.ts";
import { forgetWebhookEvents } from "../people/webhookEvents.ts";
import { isBlocked } from "../people/accountStatus.ts";
import { withdrawPending } from "../people/applications.ts";
import { audit } from "../callers/limits.ts";
import { accountsOf, type ChatIdentity, invalidateChatCache } from "../callers/chatAccounts.ts";
import { isBootstrapChat, isBootstrapDid, wasDemoted } from "../callers/caller.ts";
import { dialogOf } from "../people/dialogs.ts";
import { requestsOf } from "../people/joinRequests.ts";
import { releaseMemberRoles } from "../people/memberRoles.ts";
import { notifyUser } from "../people/notices.ts";
import { profileOf } from "../callers/users.ts";

// Deleting a person: the row stays, what is personal goes. Who is suspended or banned cannot leave
// that behind: everything personal goes all the same, but the account stays, blocked, with its ways
// in, so that who comes back by one of them is still blocked.

type How = {
  /** From where: a platform, "privy" or "clerk". */
  from: string;
  /** Who did it; absent for webhooks. */
  actor?: Id<"users"> | undefined;
  /** The chat that is answered anyway. */
  except?: ChatIdentity | undefined;
};

/** Deletes a user. `now` in milliseconds. */
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
  for (const account of await accountsOf(ctx, user._id)) {
    await forgetForms(ctx, account);
    if (isKept) await ctx.db.patch("chatAccounts", account._id, nameless);
    else {
      await releaseMemberRoles(ctx, account, now);
      await forgetAccount(ctx, user, account, now);
    }
  }
  await stripApplications(ctx, user._id);
  await endGiving(ctx, user._id);
  await leaveQueues(ctx, user._id, now);
  await releaseRsvps(ctx, user._id, true, now);
  await forgetWebhookEvents(ctx, user._id);
  const profile = await profileOf(ctx, user._id);
  if (profile) await ctx.db.delete("profiles", profile._id);
  for (const half of await mergedInto(ctx, user._id))
    await ctx.db.patch("users", half._id, { ...impersonal, privyDid: undefined });
  await ctx.db.patch("users", user._id, {
    ...impersonal,
    // Clerk's id stays: a late word of Clerk's about this person finds that they are gone.
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

/** For so long a bare row stays, from which the bots learn that they know nothing of it any more. */
const bareMs = 60_000;

/** Of an account that the configuration makes an admin, it is remembered that an admin undid that. */
async function forgetAccount(
  ctx: MutationCtx,
  user: Doc<"users">,
  account: Doc<"chatAccounts">,
  now: number,
): Promise<void> {
  const { _id, platform, platformUserId } = account;
  const isUndone = account.wasDemoted === true || wasDemoted(user);
  const bare = { platform, platformUserId, settingsChangedAt: now };
  if (isUndone && isBootstrapChat(bare, null)) {
    await ctx.db.replace("chatAccounts", _id, { ...bare, wasDemoted: true });
    return;
  }
  await ctx.db.replace("chatAccounts", _id, bare);
  const dropped = { accountId: _id, changedAt: now };
  await ctx.scheduler.runAfter(bareMs, internal.sweep.bareAccount, dropped);
}

/** Deletes a bare row, unless the account was used again after `changedAt`. */
export async function forgetBareAccount(
  ctx: MutationCtx,
  accountId: Id<"chatAccounts">,
  changedAt: number,
): Promise<void> {
  const row = await ctx.db.get("chatAccounts", accountId);
  if (row && row.userId === undefined && row.settingsChangedAt === changedAt)
    await ctx.db.delete("chatAccounts", accountId);
}

/** Later than anything Clerk will ever say. */
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
  privyMetadata: undefined,
  metadata: undefined,
} satisfies Partial<Record<keyof Doc<"users">, undefined>>;

const most = 100;

/** What a chat account has half written, codes that it asked for, chats it asked to be let into. */
async function forgetForms(
  ctx: MutationCtx,
  { platform, platformUserId }: ChatIdentity,
): Promise<void> {
  const dialog = await dialogOf(ctx, { platform, platformUserId });
  if (dialog) await ctx.db.delete("dialogs", dialog._id);
  const codes = await ctx.db
    .query("linkCodes")
    .withIndex("by_account", (q) => q.eq("platform", platform).eq("platformUserId", platformUserId))
    .take(most);
  for (const { _id } of codes) await ctx.db.delete("linkCodes", _id);
  if (platform !== "telegram") return;
  for (const { _id } of await requestsOf(ctx, platformUserId))
    await ctx.db.delete("joinRequests", _id);
}

/** That somebody applied, and who decided, is a record; what they wrote is theirs. */
async function stripApplications(ctx: MutationCtx, userId: Id<"users">): Promise<void> {
  const applications = await ctx.db
    .query("applications")
    .withIndex("by_user", (q) => q.eq("userId", userId))
    .take(most);
  for (const { _id } of applications)
    await ctx.db.patch("applications", _id, {
      goal: "",
      motivation: "",
      name: "",
      who: "",
      handle: undefined,
      otherNames: undefined,
      platformUserId: "",
    });
}

async function mergedInto(ctx: MutationCtx, userId: Id<"users">): Promise<Doc<"users">[]> {
  return await ctx.db
    .query("users")
    .withIndex("by_merged_into", (q) => q.eq("mergedInto", userId))
    .take(most);
}
