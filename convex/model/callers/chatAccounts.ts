import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import type { Platform } from "../../../shared/identity.ts";
import { plainName } from "./users.ts";

type Reading = Pick<QueryCtx, "db">;

/** Chat accounts read per user: one per platform, with some room. */
export const maxAccounts = 10;

/** The row of a chat account; null until it stores settings or is linked to a user. */
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

/** A user's chat accounts, in the order in which they were linked. */
export async function accountsOf(
  ctx: Reading,
  userId: Id<"users">,
): Promise<Doc<"chatAccounts">[]> {
  return await ctx.db
    .query("chatAccounts")
    .withIndex("by_user", (q) => q.eq("userId", userId))
    .take(maxAccounts);
}

/** Milliseconds between two writes of `seenAt` while a person stays in one chat. */
export const seenEveryMs = 60 * 60 * 1000;

/**
 * Whether `seenAt` should be written: once an hour, and after the person was seen in another chat
 * since, because notices go to the chat that was used last.
 */
export async function isLastSeenStale(
  ctx: Reading,
  { _id, userId, seenAt = 0 }: Doc<"chatAccounts">,
  now: number,
): Promise<boolean> {
  if (now - seenAt > seenEveryMs) return true;
  const accounts = userId ? await accountsOf(ctx, userId) : [];
  return accounts.some((other) => other._id !== _id && (other.seenAt ?? 0) > seenAt);
}

/** Stores that a person used a chat account (or none), so that notices go there. */
export async function touchLastSeen(
  ctx: MutationCtx,
  account: Doc<"chatAccounts"> | null | undefined,
  now: number,
): Promise<void> {
  if (account && (await isLastSeenStale(ctx, account, now)))
    await ctx.db.patch("chatAccounts", account._id, { seenAt: now });
}

/** What the platform says of an account: display name, handle if it has one, language. */
export type Introduced = {
  name: string;
  handle?: string | undefined;
  locale?: "en" | "es" | undefined;
};

const maxNameLength = 64;

/** The fields of a chat account that are copied from its platform. */
export function introduced({ name, handle, locale }: Introduced) {
  return {
    displayName: name.slice(0, maxNameLength),
    ...(handle && { handle: plainName(handle).slice(0, maxNameLength) }),
    ...(locale && { spokenLocale: locale }),
  };
}

/** Invalidates the bots' caches of settings, role and status for all chat accounts of a user. */
export async function invalidateChatCache(
  ctx: MutationCtx,
  userId: Id<"users">,
  now: number,
): Promise<void> {
  for (const { _id } of await accountsOf(ctx, userId))
    await ctx.db.patch("chatAccounts", _id, { settingsChangedAt: now });
}

// The only file that reads the caller's identity. A token names a chat account, a Privy or Clerk
// user, or a bot; permissions are read from the database at each call.

export type ChatIdentity = { platform: Platform; platformUserId: string };

const maxNamed = 20;

/** The latest changes of people's and chats' settings on a platform, newest first. */
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
