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

// Tying a chat account to a Privy user. Both have proven to be who they are before this is called.

export type Link = {
  chat: ChatIdentity;
  who: Introduced;
  person: PrivyPerson;
  /** How it was proven: Privy knew the account, or a code was carried from the chat to the page. */
  via: "privy" | "code";
};

/**
 * Makes one user of a chat account and a Privy user: makes one, adds to one, or merges two. Linking
 * again what is linked changes nothing. Refuses `second-account` and `linked-elsewhere`. A half that
 * is suspended or banned makes the whole so.
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
  // Clerk knows them as two people: there is one field for it, and it loses nobody's way in.
  if (mine.clerkId !== undefined && theirs.clerkId !== undefined) throw refusal("linked-elsewhere");
  return await mergeUsers(ctx, mine, theirs, chat.platform, now);
}

async function otherAccounts(ctx: MutationCtx, userId: Id<"users">, chat: ChatIdentity) {
  const accounts = await accountsOf(ctx, userId);
  return accounts.filter(({ platform }) => platform !== chat.platform);
}

/** What Privy has verified fills what the user has not. An email that is somebody's stays theirs. */
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

/** What the chat account chose while it was nobody's is the user's, where they have not chosen. */
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

/** How an account is named to its owner: "Telegram · Mia". */
export function accountName(platform: Platform, name: string | undefined): string {
  return name ? `${platformNames[platform]} · ${name}` : platformNames[platform];
}

/** A Privy user, as far as Plaza cares: a plain object, and nothing in it that is not verified. */
export const privyPerson = v.object({
  did: v.string(),
  /** How the person is shown to who is to recognize them: "m…@example.com". */
  name: v.string(),
  email: v.optional(v.string()),
  telegramId: v.optional(v.string()),
  telegramName: v.optional(v.string()),
  /** Discord's own id of the account, which unlike its name never changes hands. */
  discordId: v.optional(v.string()),
  discordName: v.optional(v.string()),
  /** The wallet they brought, and the one Privy made for them. */
  extWallet: v.optional(v.string()),
  appWallet: v.optional(v.string()),
});
export type PrivyPerson = Infer<typeof privyPerson>;

/** Null: nobody, or Privy is not configured. "away": Privy did not answer. */
export const privyAnswer = v.union(privyPerson, v.null(), v.literal("away"));
export type PrivyAnswer = Infer<typeof privyAnswer>;

/** An email that its owner recognizes and nobody else learns: "m…@example.com". */
export function maskedEmail(email: string): string {
  const at = email.lastIndexOf("@");
  return at < 1 ? "…" : `${String.fromCodePoint(email.codePointAt(0) ?? 0)}…${email.slice(at)}`;
}

/** A wallet's ends: "0x12…ab34". */
export function maskedWallet(address: string): string {
  return address.length <= 10 ? "…" : `${address.slice(0, 4)}…${address.slice(-4)}`;
}

/** The same for a Privy user: by the email first, then by a name in a chat, then by a wallet. */
export function maskedName(person: Omit<PrivyPerson, "name">): string {
  const { did, email, telegramName, discordName, extWallet, appWallet } = person;
  if (email !== undefined) return maskedEmail(email);
  if (telegramName !== undefined) return `Telegram @${telegramName}`;
  if (discordName !== undefined) return `Discord @${discordName}`;
  const wallet = extWallet ?? appWallet;
  return wallet === undefined ? `Privy …${did.slice(-4)}` : maskedWallet(wallet);
}
