import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import type { ClerkUser } from "../../external/identityEvents.ts";
import { queuesShowPerson } from "../queue/members.ts";
import { audit } from "../callers/limits.ts";
import { deleteUser } from "./deletion.ts";
import { takeInvitation } from "./newUsers.ts";
import {
  firstLiving,
  isHandleOfOthers,
  makeUser,
  plainName,
  rowsByClerkId,
  userByEmail,
  userByUsername,
} from "../callers/users.ts";

// Users from Clerk's webhooks, which are delivered at least once and unordered: data older than the
// stored data are ignored, and a deleted user stays deleted.

/** Creates or updates the user of a Clerk user. Does not change status or role. */
export async function takeClerkUser(
  ctx: MutationCtx,
  clerkUser: ClerkUser,
  now: number,
): Promise<void> {
  const { clerkId, updatedAt: clerkUpdatedAt } = clerkUser;
  const rows = await rowsByClerkId(ctx, clerkId);
  const known = firstLiving(rows);
  if (!known && rows.length > 0) return;
  if (known?.clerkUpdatedAt !== undefined && known.clerkUpdatedAt >= clerkUpdatedAt) return;
  const user = known ?? (await makeUser(ctx, { clerkId, primaryAuthMethod: "email" }, now));
  if (clerkUser.email !== undefined) await takeInvitation(ctx, clerkUser.email, user._id, now);
  const changes = await contentOf(ctx, clerkUser, user);
  await ctx.db.patch("users", user._id, { ...changes, clerkUpdatedAt });
  await queuesShowPerson(ctx, user._id, now);
  if (!known) await audit(ctx, { action: "created", subject: user._id, from: "clerk" }, now);
}

/**
 * The fields to take from Clerk. For a user who also signs in with Privy only missing ones are
 * filled. An email or username that another user has is skipped: Clerk's data alone never merge two
 * users.
 */
async function contentOf(ctx: MutationCtx, clerkUser: ClerkUser, known: Doc<"users">) {
  const isClerks = known.privyDid === undefined;
  const keeps = (name: "email" | "displayName" | "avatarUrl") =>
    !isClerks && known[name] !== undefined;
  const holder = clerkUser.email === undefined ? null : await userByEmail(ctx, clerkUser.email);
  const email = holder && holder._id !== known._id ? undefined : clerkUser.email;
  const username = clerkUser.username === undefined ? undefined : plainName(clerkUser.username);
  const isFree =
    username !== undefined &&
    !(await userByUsername(ctx, username)) &&
    !(await isHandleOfOthers(ctx, username, known._id));
  return {
    // An email that Clerk no longer reports as verified is removed.
    ...(!keeps("email") && { email }),
    ...(!keeps("displayName") && clerkUser.displayName && { displayName: clerkUser.displayName }),
    ...(!keeps("avatarUrl") && clerkUser.avatarUrl && { avatarUrl: clerkUser.avatarUrl }),
    ...(known.username === undefined && isFree && { username }),
  };
}

/**
 * Deletes the user of a Clerk user. An unknown one gets a deleted row, so that a late webhook does
 * not create it.
 */
export async function dropClerkUser(ctx: MutationCtx, clerkId: string, now: number): Promise<void> {
  const rows = await rowsByClerkId(ctx, clerkId);
  const known = firstLiving(rows);
  if (known) await deleteUser(ctx, known, { from: "clerk" }, now);
  else if (rows.length === 0)
    await ctx.db.insert("users", {
      clerkId,
      role: "member",
      accountStatus: "incomplete",
      plan: "free",
      primaryAuthMethod: "email",
      storageUsedBytes: 0,
      lastLoginAt: now,
      deletedAt: now,
    });
}
