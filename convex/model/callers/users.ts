import { plain } from "../../../shared/messages/sanitize.ts";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";

// Finding and creating users. Deleted users are never found; a merged user is found as the user it
// was merged into.

type Reading = Pick<QueryCtx, "db">;

/** Rows read per identity: the current user and deleted ones. */
const maxNamesakes = 20;
/** Merge chains are shortened when they arise; this bounds the remaining ones. */
const maxMerges = 5;

/** The user with an id, following merges; null when deleted. */
export async function userOf(ctx: Reading, id: Id<"users">): Promise<Doc<"users"> | null> {
  return living(await rowOf(ctx, id));
}

/** The same, including deleted users. */
export async function rowOf(ctx: Reading, id: Id<"users">): Promise<Doc<"users"> | null> {
  let user = await ctx.db.get("users", id);
  for (let step = 0; user?.mergedInto && step < maxMerges; step++)
    user = await ctx.db.get("users", user.mergedInto);
  return user;
}

function living(user: Doc<"users"> | null): Doc<"users"> | null {
  return user && user.deletedAt === undefined ? user : null;
}

export async function userByPrivyDid(ctx: Reading, did: string): Promise<Doc<"users"> | null> {
  return firstLiving(await rowsByPrivyDid(ctx, did));
}

/** All rows with a DID: the current user and deleted ones. */
export async function rowsByPrivyDid(ctx: Reading, did: string): Promise<Doc<"users">[]> {
  return await ctx.db
    .query("users")
    .withIndex("by_privy_did", (q) => q.eq("privyDid", did))
    .take(maxNamesakes);
}

export async function userByClerkId(ctx: Reading, clerkId: string): Promise<Doc<"users"> | null> {
  return firstLiving(await rowsByClerkId(ctx, clerkId));
}

/** All rows with a Clerk id: the current user and deleted ones. */
export async function rowsByClerkId(ctx: Reading, clerkId: string): Promise<Doc<"users">[]> {
  return await ctx.db
    .query("users")
    .withIndex("by_clerk_id", (q) => q.eq("clerkId", clerkId))
    .take(maxNamesakes);
}

/** `email` in any case. */
export async function userByEmail(ctx: Reading, email: string): Promise<Doc<"users"> | null> {
  const rows = await ctx.db
    .query("users")
    .withIndex("by_email", (q) => q.eq("email", plainName(email)))
    .take(maxNamesakes);
  return firstLiving(rows);
}

/** `username` in any case, with or without "@". */
export async function userByUsername(ctx: Reading, username: string): Promise<Doc<"users"> | null> {
  const rows = await ctx.db
    .query("users")
    .withIndex("by_username", (q) => q.eq("username", plainName(username)))
    .take(maxNamesakes);
  return firstLiving(rows);
}

/**
 * Whether somebody else has this handle at a platform: as a username it would let a person pass for
 * them. `name` as `plainName` writes it.
 */
export async function isHandleOfOthers(
  ctx: Reading,
  name: string,
  userId?: Id<"users">,
): Promise<boolean> {
  for (const platform of ["telegram", "discord"] as const) {
    const accounts = await ctx.db
      .query("chatAccounts")
      .withIndex("by_platform_and_handle", (q) => q.eq("platform", platform).eq("handle", name))
      .take(maxNamesakes);
    if (accounts.some((account) => account.userId !== userId)) return true;
  }
  return false;
}

export function firstLiving(rows: Doc<"users">[]): Doc<"users"> | null {
  return rows.find((row) => row.deletedAt === undefined) ?? null;
}

/** Emails and usernames are stored and compared in this form. */
export function plainName(name: string): string {
  return name.trim().replace(/^@/, "").toLowerCase();
}

/** Names are compared without case, accents and a leading "@". */
export function typedName(name: string): string {
  return plain(name.trim().replace(/^@/, ""));
}

type NewUser = Partial<Omit<Doc<"users">, "_id" | "_creationTime">> &
  Pick<Doc<"users">, "primaryAuthMethod">;

/** Inserts a user with an empty profile. `now` in Unix milliseconds. */
export async function makeUser(
  ctx: MutationCtx,
  given: NewUser,
  now: number,
): Promise<Doc<"users">> {
  const userId = await ctx.db.insert("users", {
    role: "member",
    accountStatus: "incomplete",
    plan: "free",
    storageUsedBytes: 0,
    lastLoginAt: now,
    ...given,
  });
  await ctx.db.insert("profiles", emptyProfile(userId));
  const user = await ctx.db.get("users", userId);
  if (!user) throw new Error("a user that was just made is not there");
  return user;
}

/** An empty profile. */
export function emptyProfile(userId: Id<"users">) {
  return {
    userId,
    learningTracks: [],
    profileVisibility: "members" as const,
    availabilityStatus: "unavailable" as const,
    completedBounties: 0,
    totalEarningsUsd: 0,
    profileViews: 0,
  };
}

export async function profileOf(
  ctx: Reading,
  userId: Id<"users">,
): Promise<Doc<"profiles"> | null> {
  return await ctx.db
    .query("profiles")
    .withIndex("by_user_id", (q) => q.eq("userId", userId))
    .first();
}
