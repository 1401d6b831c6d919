import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { accountsOf } from "../callers/chatAccounts.ts";
import { profileOf, userByEmail } from "../callers/users.ts";

/**
 * An admin has invited somebody by their email (`users.create`), and now Privy or Clerk says that
 * the email is this user's: the invitation has done its work and makes room. Nothing else than an
 * account that nobody can enter yet is an invitation.
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
