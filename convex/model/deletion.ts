import type { Doc, Id } from "../_generated/dataModel.js";
import type { MutationCtx } from "../_generated/server.js";
import { isBarred } from "./accountStatus.ts";
import { withdrawPending } from "./applications.ts";
import { audit } from "./audit.ts";
import type { ChatIdentity } from "./caller.ts";
import { accountsOf } from "./chatAccounts.ts";
import { releaseMemberRoles } from "./memberRoles.ts";
import { tellUser } from "./notices.ts";
import { profileOf } from "./users.ts";

type Deleting = {
  /** From where, for the audit log. */
  from: string;
  /** Who asked; absent for a provider's webhook. */
  actor?: Id<"users">;
  /** The chat in which it was asked, and is answered anyway. */
  except?: ChatIdentity;
};

/**
 * Deletes a user: the row stays, so that what refers to it still does, but what is personal is taken
 * out, and the chat accounts are forgotten. Of a suspended or banned user the bonds stay (chat
 * accounts, Privy, Clerk): otherwise deleting would lift the bar.
 */
export async function deleteUser(
  ctx: MutationCtx,
  user: Doc<"users">,
  { from, actor, except }: Deleting,
  now: number,
): Promise<void> {
  const stays = isBarred(user.accountStatus);
  await withdrawPending(ctx, user._id, now);
  const telling = { topic: `deleted:${user._id}`, ...(except && { except }) };
  await tellUser(ctx, user._id, { kind: "deleted" }, telling, now);
  for (const account of await accountsOf(ctx, user._id)) {
    await releaseMemberRoles(ctx, account, now);
    if (stays) {
      await ctx.db.patch("chatAccounts", account._id, {
        handle: undefined,
        displayName: undefined,
        settingsChangedAt: now,
      });
    } else await ctx.db.delete("chatAccounts", account._id);
  }
  const profile = await profileOf(ctx, user._id);
  if (profile) await ctx.db.delete("profiles", profile._id);
  await ctx.db.patch("users", user._id, {
    ...withoutPersonal,
    // A barred user is still found, as nobody in particular, by those who come back as them.
    ...(stays ? {} : { privyDid: undefined, role: "member", deletedAt: now }),
  });
  const by = actor ? { actor } : {};
  await audit(ctx, { action: "deleted", subject: user._id, from, ...by }, now);
}

const withoutPersonal = {
  email: undefined,
  username: undefined,
  displayName: undefined,
  bio: undefined,
  avatarUrl: undefined,
  extWallet: undefined,
  appWallet: undefined,
  city: undefined,
  state: undefined,
  zipCode: undefined,
  locale: undefined,
  timezone: undefined,
  tellIn: undefined,
  privyMetadata: undefined,
  metadata: undefined,
};
