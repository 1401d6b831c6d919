import { type Infer, v } from "convex/values";
import type { Platform } from "../../../shared/identity.ts";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { isBlocked } from "../people/accountStatus.ts";
import { audit } from "../callers/limits.ts";
import {
  accountsOf,
  chatAccountOf,
  type ChatIdentity,
  type Introduced,
  invalidateChatCache,
} from "../callers/chatAccounts.ts";
import { bootstrapAdmin, claimAccount, takeInvitation } from "./newUsers.ts";
import { isBootstrapDid } from "../callers/caller.ts";
import { followMemberRoles } from "../people/memberRoles.ts";
import { mergeUsers } from "./merge.ts";
import { notifyUser } from "../people/notices.ts";
import { refusal } from "../refusal.ts";
import { makeUser, userByEmail, userByPrivyDid, userOf } from "../callers/users.ts";

// Linking a chat account to a Privy user. Callers have verified both identities.

export type Link = {
  chat: ChatIdentity;
  who: Introduced;
  person: PrivyPerson;
  /** The proof: Privy knows the chat account, or a code was carried from the chat to the page. */
  via: "privy" | "code";
};

/**
 * Links a chat account and a Privy user: creates a user, adds to one, or merges two. Repeating it
 * changes nothing. If either side is suspended or banned, the result is, too.
 *
 * @throws linked-elsewhere, second-account
 */
export async function link(ctx: MutationCtx, asked: Link, now: number): Promise<void> {
  const { chat, who, person, via } = asked;
  const account = await chatAccountOf(ctx, chat);
  const mine = account?.userId ? await userOf(ctx, account.userId) : null;
  const theirs = await userByPrivyDid(ctx, person.did);
  if (mine && mine._id === theirs?._id) return;
  if (mine?.privyDid !== undefined) throw refusal("linked-elsewhere");

  const userId = await oneUser(ctx, { chat, person, mine, theirs }, now);
  await claimAccount(ctx, chat, userId, via, now, who);
  await takeOver(ctx, userId, person, now);
  await settingsFollow(ctx, userId, chat);
  await audit(
    ctx,
    { action: "linked", actor: userId, subject: userId, detail: via, from: chat.platform },
    now,
  );
  await followMemberRoles(ctx, userId, now);
  await invalidateChatCache(ctx, userId, now);
  await notifyUser(
    ctx,
    userId,
    { kind: "linked", account: accountName(chat.platform, who.name) },
    { subjectKey: `linked:${chat.platform}:${chat.platformUserId}:${now}`, except: chat },
    now,
  );
}

type Halves = Pick<Link, "chat" | "person"> & {
  mine: Doc<"users"> | null;
  theirs: Doc<"users"> | null;
};

async function oneUser(
  ctx: MutationCtx,
  { chat, person, mine, theirs }: Halves,
  now: number,
): Promise<Id<"users">> {
  if (!theirs && mine) {
    await ctx.db.patch("users", mine._id, { privyDid: person.did });
    return mine._id;
  }
  if (!theirs) {
    const made = { privyDid: person.did, primaryAuthMethod: "social" as const };
    const { _id } = await makeUser(ctx, made, now);
    await audit(ctx, { action: "created", actor: _id, subject: _id, from: chat.platform }, now);
    return _id;
  }
  const others = await accountsOf(ctx, theirs._id);
  const platforms = [chat, ...(mine ? await otherAccounts(ctx, mine._id, chat) : [])];
  if (others.some(({ platform }) => platforms.some((one) => one.platform === platform)))
    throw refusal("second-account");
  if (!mine) return theirs._id;
  // Both sides have a Clerk id, and a user can have one only: merging would remove a way to sign
  // in.
  if (mine.clerkId !== undefined && theirs.clerkId !== undefined) throw refusal("linked-elsewhere");
  return await mergeUsers(ctx, mine, theirs, chat.platform, now);
}

async function otherAccounts(ctx: MutationCtx, userId: Id<"users">, chat: ChatIdentity) {
  const accounts = await accountsOf(ctx, userId);
  return accounts.filter(({ platform }) => platform !== chat.platform);
}

/** Fills missing fields with what Privy has verified. An email of another user is skipped. */
export async function takeOver(
  ctx: MutationCtx,
  userId: Id<"users">,
  { did, email, extWallet, appWallet }: PrivyPerson,
  now: number,
): Promise<void> {
  const user = await ctx.db.get("users", userId);
  if (!user) return;
  const address = email?.toLowerCase();
  if (address !== undefined) await takeInvitation(ctx, address, userId, now);
  const isFree = address !== undefined && !(await userByEmail(ctx, address));
  const filled = {
    ...(user.email === undefined && isFree && { email: address }),
    ...(user.extWallet === undefined && extWallet !== undefined && { extWallet }),
    ...(user.appWallet === undefined && appWallet !== undefined && { appWallet }),
  };
  if (Object.keys(filled).length > 0) await ctx.db.patch("users", userId, filled);
  const isConfigured = await isBootstrapDid(ctx, did);
  if (isConfigured && user.wasBootstrapped !== true && !isBlocked(user.accountStatus))
    await bootstrapAdmin(ctx, { accessLevel: "admin", user, from: "privy", privyDid: did }, now);
}

/** Copies the chat account's settings to the user where the user has not chosen any. */
async function settingsFollow(
  ctx: MutationCtx,
  userId: Id<"users">,
  chat: ChatIdentity,
): Promise<void> {
  const [user, account] = [await ctx.db.get("users", userId), await chatAccountOf(ctx, chat)];
  if (!user || !account) return;
  const { locale, timezone } = account;
  await ctx.db.patch("users", userId, {
    ...(user.locale === undefined && locale && { locale }),
    ...(user.timezone === undefined && timezone !== undefined && { timezone }),
  });
  await ctx.db.patch("chatAccounts", account._id, { locale: undefined, timezone: undefined });
}

const platformNames = { telegram: "Telegram", discord: "Discord" } as const;

/** The label of a chat account for its owner: "Telegram · Mia". */
export function accountName(platform: Platform, name: string | undefined): string {
  return name ? `${platformNames[platform]} · ${name}` : platformNames[platform];
}

/** A Privy user's verified identities, as a plain object. */
export const privyPerson = v.object({
  did: v.string(),
  /** The masked name by which the owner recognizes the account: "m…@example.com". */
  name: v.string(),
  email: v.optional(v.string()),
  telegramId: v.optional(v.string()),
  telegramName: v.optional(v.string()),
  /** Discord's permanent id of the account; a username can pass to another account. */
  discordId: v.optional(v.string()),
  discordName: v.optional(v.string()),
  /** The wallet that the user connected, and the one that Privy created. */
  extWallet: v.optional(v.string()),
  appWallet: v.optional(v.string()),
});
export type PrivyPerson = Infer<typeof privyPerson>;

/** Null: no such user, or Privy is not configured. "away": Privy did not respond. */
export const privyAnswer = v.union(privyPerson, v.null(), v.literal("away"));
export type PrivyAnswer = Infer<typeof privyAnswer>;

/** Masks an email: "m…@example.com". */
export function maskedEmail(email: string): string {
  const at = email.lastIndexOf("@");
  return at < 1 ? "…" : `${String.fromCodePoint(email.codePointAt(0) ?? 0)}…${email.slice(at)}`;
}

/** Masks a wallet address: "0x12…ab34". */
export function maskedWallet(address: string): string {
  return address.length <= 10 ? "…" : `${address.slice(0, 4)}…${address.slice(-4)}`;
}

/** Masks a Privy user: by email, else by a chat name, else by a wallet. */
export function maskedName(person: Omit<PrivyPerson, "name">): string {
  const { did, email, telegramName, discordName, extWallet, appWallet } = person;
  if (email !== undefined) return maskedEmail(email);
  if (telegramName !== undefined) return `Telegram @${telegramName}`;
  if (discordName !== undefined) return `Discord @${discordName}`;
  const wallet = extWallet ?? appWallet;
  return wallet === undefined ? `Privy …${did.slice(-4)}` : maskedWallet(wallet);
}
