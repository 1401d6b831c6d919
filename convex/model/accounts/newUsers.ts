import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import type { Caller, ChatCaller, UserCaller } from "../callers/caller.ts";
import {
  accountsOf,
  chatAccountOf,
  type ChatIdentity,
  type Introduced,
  introduced,
} from "../callers/chatAccounts.ts";
import { makeUser, profileOf, userByEmail } from "../callers/users.ts";
import { refusal } from "../refusal.ts";
import { audit } from "../callers/limits.ts";
import { chatSubject } from "../../../shared/identity.ts";
import { moveRsvps } from "../events/rsvpOwners.ts";

/** The user of a chat account; created with the account's settings when there is none. */
export async function userFor(
  ctx: MutationCtx,
  { user, chat }: ChatCaller,
  who: Introduced,
  now: number,
): Promise<Doc<"users">> {
  if (user) return user;
  const { locale, timezone } = chat.account ?? {};
  const made = await makeUser(
    ctx,
    {
      primaryAuthMethod: "social",
      displayName: who.name,
      ...(locale && { locale }),
      ...(timezone && { timezone }),
    },
    now,
  );
  await claimAccount(ctx, chat, made._id, "join", now, who);
  return made;
}

/**
 * The caller with a user. A mutation by a bootstrap admin creates their user, for the audit log.
 *
 * @throws no-account
 */
export async function withUser(ctx: MutationCtx, caller: Caller, now: number): Promise<UserCaller> {
  if (caller.accessLevel === "admin")
    return { ...caller, user: await bootstrapAdmin(ctx, caller, now) };
  if (!caller.user) throw refusal("no-account");
  return { ...caller, user: caller.user };
}

/**
 * Creates or promotes the user of a bootstrap admin at their first message. Done once per user, so
 * that another admin can remove the role permanently.
 */
export async function bootstrapAdmin(
  ctx: MutationCtx,
  caller: Caller,
  now: number,
): Promise<Doc<"users">> {
  const known = caller.user;
  if (known?.role === "admin" && known.accountStatus === "active") return known;
  const admin = {
    role: "admin" as const,
    accountStatus: "active" as const,
    wasBootstrapped: true,
  };
  let user: Doc<"users">;
  if (known) {
    await ctx.db.patch("users", known._id, admin);
    user = { ...known, ...admin };
  } else {
    const identity = caller.privyDid === undefined ? {} : { privyDid: caller.privyDid };
    user = await makeUser(ctx, { ...admin, ...identity, primaryAuthMethod: "social" }, now);
  }
  if (caller.chat && !caller.chat.account?.userId)
    await claimAccount(ctx, caller.chat, user._id, "admin", now);
  await audit(
    ctx,
    { action: "role", subject: user._id, detail: "admin", from: "configuration" },
    now,
  );
  return user;
}

/**
 * Links a chat account to a user and moves its RSVPs. The caller has checked that the account has
 * no other user.
 */
export async function claimAccount(
  ctx: MutationCtx,
  identity: ChatIdentity,
  userId: Id<"users">,
  via: NonNullable<Doc<"chatAccounts">["via"]>,
  now: number,
  who?: Introduced,
): Promise<void> {
  const { platform, platformUserId } = identity;
  const names = who ? introduced(who) : {};
  const link = { userId, via, linkedAt: now, settingsChangedAt: now, ...names };
  const known = await chatAccountOf(ctx, identity);
  if (known) await ctx.db.patch("chatAccounts", known._id, link);
  else await ctx.db.insert("chatAccounts", { platform, platformUserId, ...link });
  await moveRsvps(ctx, { account: chatSubject(platform, platformUserId) }, userId, now);
}

/**
 * Removes an invitation (`users.create`) when Privy or Clerk reports its email as verified for
 * another user. Only an account without any way to sign in is an invitation.
 */
export async function takeInvitation(
  ctx: MutationCtx,
  email: string,
  userId: Id<"users">,
  now: number,
): Promise<void> {
  const invited = await userByEmail(ctx, email);
  if (!invited || invited._id === userId || !(await isUnclaimed(ctx, invited))) return;
  const profile = await profileOf(ctx, invited._id);
  if (profile) await ctx.db.delete("profiles", profile._id);
  await ctx.db.patch("users", invited._id, {
    email: undefined,
    deletedAt: now,
    mergedInto: userId,
  });
}

async function isUnclaimed(ctx: MutationCtx, user: Doc<"users">): Promise<boolean> {
  const { privyDid, clerkId, accountStatus, _id } = user;
  if (privyDid !== undefined || clerkId !== undefined || accountStatus !== "incomplete")
    return false;
  return (await accountsOf(ctx, _id)).length === 0;
}
