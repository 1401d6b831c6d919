import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import type { Platform } from "../../../shared/identity.ts";
import { plainName } from "./users.ts";

type Reading = Pick<QueryCtx, "db">;

/** A person has few chat accounts: one per platform. */
export const maxAccounts = 10;

/** The row of a chat account, if it ever chose anything or belongs to a user. */
export async function chatAccountOf(
  ctx: Reading,
  { platform, platformUserId }: ChatIdentity,
): Promise<Doc<"chatAccounts"> | null> {
  return await ctx.db
    .query("chatAccounts")
    .withIndex("by_platform_and_user", (q) =>
      q.eq("platform", platform).eq("platformUserId", platformUserId),
    )
    .unique();
}

/** A user's chat accounts, in the order in which they were added. */
export async function accountsOf(
  ctx: Reading,
  userId: Id<"users">,
): Promise<Doc<"chatAccounts">[]> {
  return await ctx.db
    .query("chatAccounts")
    .withIndex("by_user", (q) => q.eq("userId", userId))
    .take(maxAccounts);
}

/** Signs of life are written down this often at most, while a person stays in one chat. */
export const seenEveryMs = 60 * 60 * 1000;

/**
 * Whether it is worth writing down that somebody is in this chat now: once an hour, and when they
 * were seen in another one since, because what concerns them now is told where they are.
 */
export async function isWorthNoting(
  ctx: Reading,
  { _id, userId, seenAt = 0 }: Doc<"chatAccounts">,
  now: number,
): Promise<boolean> {
  if (now - seenAt > seenEveryMs) return true;
  const accounts = userId ? await accountsOf(ctx, userId) : [];
  return accounts.some((other) => other._id !== _id && (other.seenAt ?? 0) > seenAt);
}

/** Somebody does something in this chat (absent: in none) that is answered in it later. */
export async function touchLastSeen(
  ctx: MutationCtx,
  account: Doc<"chatAccounts"> | null | undefined,
  now: number,
): Promise<void> {
  if (account && (await isWorthNoting(ctx, account, now)))
    await ctx.db.patch("chatAccounts", account._id, { seenAt: now });
}

/** What the platform says of an account: its name, its handle where it has one, its language. */
export type Introduced = {
  name: string;
  handle?: string | undefined;
  locale?: "en" | "es" | undefined;
};

const longestName = 64;

/** The fields of a chat account that follow what its platform says. */
export function introduced({ name, handle, locale }: Introduced) {
  return {
    displayName: name.slice(0, longestName),
    ...(handle && { handle: plainName(handle).slice(0, longestName) }),
    ...(locale && { spokenLocale: locale }),
  };
}

/** Bots remember settings, role and status of those they talk to: all of a user's are forgotten. */
export async function invalidateChatCache(
  ctx: MutationCtx,
  userId: Id<"users">,
  now: number,
): Promise<void> {
  for (const { _id } of await accountsOf(ctx, userId))
    await ctx.db.patch("chatAccounts", _id, { settingsChangedAt: now });
}

// The only file that reads who is calling. A token says which chat account, Privy or Clerk user (or
// bot) it is; what they may do is read from the database, at each call.

export type ChatIdentity = { platform: Platform; platformUserId: string };

const maxNamed = 20;

/** Which people's and chats' settings changed last on a platform, the newest first. */
export async function lastChangedOf(ctx: Reading, platform: Platform) {
  const accounts = await ctx.db
    .query("chatAccounts")
    .withIndex("by_platform_and_changed", (q) => q.eq("platform", platform))
    .order("desc")
    .take(maxNamed);
  const channels = await ctx.db
    .query("channels")
    .withIndex("by_platform_and_changed", (q) => q.eq("platform", platform))
    .order("desc")
    .take(maxNamed);
  return {
    most: maxNamed,
    people: accounts.map(({ platformUserId, settingsChangedAt: at }) => ({ platformUserId, at })),
    chats: channels.map(({ chatId, threadId, changedAt: at }) => ({
      chatId,
      at,
      ...(threadId !== undefined && { threadId }),
    })),
  };
}
