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
  /** Absent for strangers, and for an admin of the configuration before their first word. */
  user: Doc<"users"> | null;
  /** From where: for the audit log. */
  from: Platform | "privy" | "clerk";
  /** The chat account that calls, and its row if it has one. */
  chat?: ChatIdentity & { account: Doc<"chatAccounts"> | null };
  privyDid?: string;
  clerkId?: string;
};
export type UserCaller = Caller & { user: Doc<"users"> };
export type ChatCaller = Caller & { chat: NonNullable<Caller["chat"]> };
export type PrivyCaller = Caller & { privyDid: string };
export type BotCaller = { platform: Platform };

type Context = Pick<QueryCtx, "auth" | "db">;

/** Who is signed in, in whatever way; null for bots and for callers without a token. */
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

/** The configuration names the first admins; from their first word on the database decides. */
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

/** Anyone who is signed in; refuses bots and callers without a token. */
export async function requireCaller(ctx: Context): Promise<Caller> {
  const caller = await callerOf(ctx);
  if (!caller) throw refusal("not-signed-in");
  return caller;
}

/** A chat account, whether or not it has a user. */
export async function requireChatAccount(ctx: Context): Promise<ChatCaller> {
  const caller = await requireCaller(ctx);
  if (!caller.chat) throw refusal("not-signed-in");
  return { ...caller, chat: caller.chat };
}

/** Who signed in with Privy, whether or not they have a user. */
export async function requirePrivy(ctx: Context): Promise<PrivyCaller> {
  const caller = await requireCaller(ctx);
  if (caller.privyDid === undefined) throw refusal("not-signed-in");
  return { ...caller, privyDid: caller.privyDid };
}

/** The same for an http action, which has no database: the Privy user, or null. */
export async function privyDidOf(ctx: { auth: Auth }): Promise<string | null> {
  try {
    const identity = await ctx.auth.getUserIdentity();
    const isPrivys = identity && identity.issuer === identityProviders().privy?.issuer;
    return isPrivys ? identity.subject : null;
  } catch {
    // A token that Convex could not verify is nobody's.
    return null;
  }
}

/** Anyone with a user, whatever their status: what concerns themselves. */
export async function requireUser(ctx: Context): Promise<UserCaller> {
  const caller = await requireCaller(ctx);
  if (!caller.user) throw refusal("no-account");
  return { ...caller, user: caller.user };
}

/** Who is signed in; null for anybody else: for what is public in part. */
export async function visitor(ctx: Context): Promise<Caller | null> {
  return await callerOf(ctx);
}

/**
 * A user in whose name work goes on after their call has ended; null where they may not decide any
 * more.
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

async function requireRank(ctx: Context, least: "member" | "moderator" | "admin") {
  const caller = await requireCaller(ctx);
  const { accessLevel } = caller;
  if ((ranks[accessLevel] ?? -1) >= (ranks[least] ?? 0)) return caller;
  if (accessLevel === "suspended" || accessLevel === "banned") throw refusal(accessLevel);
  if (least === "member" && accessLevel === "pending") throw refusal("still-pending");
  throw refusal(`${least}s-only`);
}

export async function requireMember(ctx: Context): Promise<Caller> {
  return await requireRank(ctx, "member");
}
export async function requireModerator(ctx: Context): Promise<Caller> {
  return await requireRank(ctx, "moderator");
}
export async function requireAdmin(ctx: Context): Promise<Caller> {
  return await requireRank(ctx, "admin");
}

/** The bot itself, by its own token and not in a person's name. */
export async function requireBot(ctx: { auth: Auth }): Promise<BotCaller> {
  const identity = await ctx.auth.getUserIdentity();
  const who = identity?.issuer === botTokens.issuer ? parseSubject(identity.subject) : null;
  if (who?.kind !== "bot") throw refusal("bots-only");
  return { platform: who.platform };
}

/** Whether the configuration makes a chat account's user an admin, unless that was undone here. */
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

/** Whether another admin has taken from them what the configuration had given. */
export function wasDemoted({ wasBootstrapped, role }: Doc<"users">): boolean {
  return wasBootstrapped === true && role !== "admin";
}
