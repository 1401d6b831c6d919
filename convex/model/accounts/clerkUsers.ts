import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import type { ClerkUser } from "../../external/identityEvents.ts";
import { queuesShowPerson } from "../queue/members.ts";
import { audit } from "../callers/limits.ts";
import { deleteUser } from "./deletion.ts";
import { takeInvitation } from "./newUsers.ts";
import {
  firstLiving,
  makeUser,
  plainName,
  rowsByClerkId,
  userByEmail,
  userByUsername,
} from "../callers/users.ts";

// Users as Clerk tells of them. Its webhooks come late and in any order: what is older than what is
// known is not taken, and who is gone stays gone.

/** Clerk has a user, or has changed one. Says nothing about status, role or bars. */
export async function takeClerkUser(ctx: MutationCtx, said: ClerkUser, now: number): Promise<void> {
  const { clerkId, updatedAt: clerkUpdatedAt } = said;
  const rows = await rowsByClerkId(ctx, clerkId);
  const known = firstLiving(rows);
  if (!known && rows.length > 0) return;
  if (known?.clerkUpdatedAt !== undefined && known.clerkUpdatedAt >= clerkUpdatedAt) return;
  const user = known ?? (await makeUser(ctx, { clerkId, primaryAuthMethod: "email" }, now));
  if (said.email !== undefined) await takeInvitation(ctx, said.email, user._id, now);
  const changes = await contentOf(ctx, said, user);
  await ctx.db.patch("users", user._id, { ...changes, clerkUpdatedAt });
  await queuesShowPerson(ctx, user._id, now);
  if (!known) await audit(ctx, { action: "created", subject: user._id, from: "clerk" }, now);
}

/**
 * What is taken over. Of who signs in with Privy as well, Clerk only fills gaps. An email or a
 * username that somebody else has is left out: Clerk's word alone makes nobody one person.
 */
async function contentOf(ctx: MutationCtx, said: ClerkUser, known: Doc<"users">) {
  const isClerks = known.privyDid === undefined;
  const keeps = (name: "email" | "displayName" | "avatarUrl") =>
    !isClerks && known[name] !== undefined;
  const holder = said.email === undefined ? null : await userByEmail(ctx, said.email);
  const email = holder && holder._id !== known._id ? undefined : said.email;
  const username = said.username === undefined ? undefined : plainName(said.username);
  const isFree = username !== undefined && !(await userByUsername(ctx, username));
  return {
    // An email that is not verified as theirs any more is not theirs any more.
    ...(!keeps("email") && { email }),
    ...(!keeps("displayName") && said.displayName && { displayName: said.displayName }),
    ...(!keeps("avatarUrl") && said.avatarUrl && { avatarUrl: said.avatarUrl }),
    ...(known.username === undefined && isFree && { username }),
  };
}

/** Clerk has a user no more. One that was never told of leaves a trace, for what comes late. */
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
