import type { Doc } from "../_generated/dataModel.js";
import type { MutationCtx } from "../_generated/server.js";
import { audit } from "./audit.ts";
import type { Caller } from "./caller.ts";
import { claimAccount } from "./chatAccounts.ts";
import { makeUser } from "./users.ts";

/**
 * An admin of the configuration says their first word: they get a user with the admin role. It
 * happens once for each user, so that another admin can take the role away for good.
 */
export async function becomeAdmin(
  ctx: MutationCtx,
  caller: Caller,
  now: number,
): Promise<Doc<"users">> {
  const known = caller.user;
  if (known?.role === "admin" && known.accountStatus === "active") return known;
  const admin = {
    role: "admin" as const,
    accountStatus: "active" as const,
    wasConfigured: true,
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
