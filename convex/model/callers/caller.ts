import type { Auth } from "convex/server";
import {
  type AccessLevel,
  botTokens,
  chatSubject,
  parseSubject,
  type Platform,
} from "../../../shared/identity.ts";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";
import { configuredAdmins, identityProviders } from "../../external/environment.ts";
import { chatAccountOf, type ChatIdentity } from "./chatAccounts.ts";
import { refusal } from "../refusal.ts";
import { rowsByPrivyDid, userByClerkId, userByPrivyDid, userOf } from "./users.ts";

export type Caller = {
  accessLevel: AccessLevel;
  /** Absent for strangers, and for a bootstrap admin before their first message. */
  user: Doc<"users"> | null;
  /** The origin, for the audit log. */
  from: Platform | "privy" | "clerk";
  /** The calling chat account, and its row if it has one. */
  chat?: ChatIdentity & { account: Doc<"chatAccounts"> | null };
  privyDid?: string;
  clerkId?: string;
};
export type UserCaller = Caller & { user: Doc<"users"> };
export type ChatCaller = Caller & { chat: NonNullable<Caller["chat"]> };
export type PrivyCaller = Caller & { privyDid: string };
export type BotCaller = { platform: Platform };

type Context = Pick<QueryCtx, "auth" | "db">;

/** The authenticated caller, by any provider; null for bots and for callers without a token. */
async function callerOf(ctx: Context): Promise<Caller | null> {
  const identity = await ctx.auth.getUserIdentity();
  if (!identity) return null;
  const { issuer, subject } = identity;
  const providers = identityProviders();
  if (issuer === botTokens.issuer) {
    const who = parseSubject(subject);
    return who?.kind === "chat" ? await chatCaller(ctx, who) : null;
  }
  if (issuer === providers.privy?.issuer) {
    const user = await userByPrivyDid(ctx, subject);
    const isConfigured = await isBootstrapDid(ctx, subject);
    return {
      from: "privy",
      privyDid: subject,
      user,
      accessLevel: accessLevelOf(user, isConfigured),
    };
  }
  if (issuer === providers.clerk?.issuer) {
    const user = await userByClerkId(ctx, subject);
    return { from: "clerk", clerkId: subject, user, accessLevel: accessLevelOf(user, false) };
  }
  return null;
}

async function chatCaller(ctx: Context, { platform, platformUserId }: ChatIdentity) {
  const account = await chatAccountOf(ctx, { platform, platformUserId });
  const user = account?.userId ? await userOf(ctx, account.userId) : null;
  const isConfigured = isBootstrapChat({ platform, platformUserId }, account);
  return {
    from: platform,
    chat: { platform, platformUserId, account },
    user,
    accessLevel: accessLevelOf(user, isConfigured),
  };
}

/** The configuration names the bootstrap admins; after their first message the database decides. */
function accessLevelOf(user: Doc<"users"> | null, isConfigured: boolean): AccessLevel {
  const isNew = user?.wasBootstrapped !== true;
  if (!user) return isConfigured ? "admin" : "stranger";
  switch (user.accountStatus) {
    case "suspended":
    case "banned":
      return user.accountStatus;
    case "incomplete":
    case "pending":
      return isConfigured && isNew ? "admin" : user.accountStatus;
    case "active":
      return isConfigured && isNew ? "admin" : user.role;
  }
}

/**
 * The authenticated caller.
 *
 * @throws not-signed-in
 */
export async function requireCaller(ctx: Context): Promise<Caller> {
  const caller = await callerOf(ctx);
  if (!caller) throw refusal("not-signed-in");
  return caller;
}

/**
 * The calling chat account, with or without a user.
 *
 * @throws not-signed-in
 */
export async function requireChatAccount(ctx: Context): Promise<ChatCaller> {
  const caller = await requireCaller(ctx);
  if (!caller.chat) throw refusal("not-signed-in");
  return { ...caller, chat: caller.chat };
}

/**
 * The calling Privy user, with or without a user.
 *
 * @throws not-signed-in
 */
export async function requirePrivy(ctx: Context): Promise<PrivyCaller> {
  const caller = await requireCaller(ctx);
  if (caller.privyDid === undefined) throw refusal("not-signed-in");
  return { ...caller, privyDid: caller.privyDid };
}

/** The calling Privy user of an HTTP action, which has no database; null for other callers. */
export async function privyDidOf(ctx: { auth: Auth }): Promise<string | null> {
  try {
    const identity = await ctx.auth.getUserIdentity();
    const isPrivys = identity && identity.issuer === identityProviders().privy?.issuer;
    return isPrivys ? identity.subject : null;
  } catch {
    // Convex could not verify the token.
    return null;
  }
}

/**
 * The caller with a user of any status, for functions about themselves.
 *
 * @throws no-account
 */
export async function requireUser(ctx: Context): Promise<UserCaller> {
  const caller = await requireCaller(ctx);
  if (!caller.user) throw refusal("no-account");
  return { ...caller, user: caller.user };
}

/** The person of a call: a user of any status, or a chat account without one. */
export type SelfCaller = UserCaller | (ChatCaller & { user: null });

/**
 * The person themselves, for what everybody may do with their own data.
 *
 * @throws not-signed-in; no-account for a sign-in that has neither a user nor a chat account
 */
export async function requireSelf(ctx: Context): Promise<SelfCaller> {
  const { user, chat, ...caller } = await requireCaller(ctx);
  if (user) return { ...caller, user, ...(chat && { chat }) };
  if (!chat) throw refusal("no-account");
  return { ...caller, user, chat };
}

/** @throws not-signed-in, suspended, banned */
export async function requireUnblockedChatAccount(ctx: Context): Promise<ChatCaller> {
  return unblocked(await requireChatAccount(ctx));
}

/** @throws no-account, suspended, banned */
export async function requireUnblockedUser(ctx: Context): Promise<UserCaller> {
  return unblocked(await requireUser(ctx));
}

function unblocked<C extends Caller>(caller: C): C {
  const { accessLevel } = caller;
  if (accessLevel === "suspended" || accessLevel === "banned") throw refusal(accessLevel);
  return caller;
}

/** The authenticated caller, or null. For functions whose data are partly public. */
export async function visitor(ctx: Context): Promise<Caller | null> {
  return await callerOf(ctx);
}

/**
 * The user for whom scheduled work continues after their call has ended; null when they are no
 * moderator any more.
 */
export async function moderatorById(
  ctx: Context,
  userId: Id<"users">,
  from: Caller["from"],
): Promise<UserCaller | null> {
  const user = await userOf(ctx, userId);
  const accessLevel = accessLevelOf(user, false);
  const mayDecide = (ranks[accessLevel] ?? 0) >= (ranks.moderator ?? 0);
  return user && mayDecide ? { user, accessLevel, from } : null;
}

const ranks: Partial<Record<AccessLevel, number>> = { member: 0, moderator: 1, admin: 2 };

/** Common to the three functions below: the caller with at least this access level. */
async function requireRank(ctx: Context, least: "member" | "moderator" | "admin") {
  const caller = await requireCaller(ctx);
  const { accessLevel } = caller;
  if ((ranks[accessLevel] ?? -1) >= (ranks[least] ?? 0)) return caller;
  if (accessLevel === "suspended" || accessLevel === "banned") throw refusal(accessLevel);
  if (least === "member" && accessLevel === "pending") throw refusal("still-pending");
  throw refusal(`${least}s-only`);
}

/** @throws not-signed-in, suspended, banned, still-pending, members-only */
export async function requireMember(ctx: Context): Promise<Caller> {
  return await requireRank(ctx, "member");
}

/** @throws not-signed-in, suspended, banned, moderators-only */
export async function requireModerator(ctx: Context): Promise<Caller> {
  return await requireRank(ctx, "moderator");
}

/** @throws not-signed-in, suspended, banned, admins-only */
export async function requireAdmin(ctx: Context): Promise<Caller> {
  return await requireRank(ctx, "admin");
}

/**
 * The bot itself, by its own token and not on behalf of a person.
 *
 * @throws bots-only
 */
export async function requireBot(ctx: { auth: Auth }): Promise<BotCaller> {
  const identity = await ctx.auth.getUserIdentity();
  const who = identity?.issuer === botTokens.issuer ? parseSubject(identity.subject) : null;
  if (who?.kind !== "bot") throw refusal("bots-only");
  return { platform: who.platform };
}

/** Whether the configuration names a chat account as bootstrap admin and no admin has undone it. */
export function isBootstrapChat(chat: ChatIdentity, account: Doc<"chatAccounts"> | null): boolean {
  const subject = chatSubject(chat.platform, chat.platformUserId);
  return account?.wasDemoted !== true && configuredAdmins("ADMIN_CHAT_IDS").includes(subject);
}

/** The same for a Privy user. */
export async function isBootstrapDid(ctx: Pick<QueryCtx, "db">, did: string): Promise<boolean> {
  if (!configuredAdmins("ADMIN_PRIVY_DIDS").includes(did)) return false;
  const rows = await rowsByPrivyDid(ctx, did);
  return !rows.some(({ deletedAt }) => deletedAt !== undefined);
}

/** Whether another admin has removed a bootstrap admin's role. */
export function wasDemoted({ wasBootstrapped, role }: Doc<"users">): boolean {
  return wasBootstrapped === true && role !== "admin";
}
