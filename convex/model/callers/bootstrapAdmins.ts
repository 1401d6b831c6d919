import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { chatSubject } from "../../../shared/identity.ts";
import { configuredAdmins } from "../../external/environment.ts";
import { audit } from "./audit.ts";
import type { Caller, ChatIdentity } from "./caller.ts";
import { claimAccount } from "./chatAccounts.ts";
import { makeUser, rowsByPrivyDid } from "./users.ts";

/** Whether the configuration makes a chat account's user an admin, unless that was undone here. */
export function isBootstrapChat(chat: ChatIdentity, account: Doc<"chatAccounts"> | null): boolean {
  const subject = chatSubject(chat.platform, chat.platformUserId);
  return account?.wasDemoted !== true && configuredAdmins("ADMIN_CHAT_IDS").includes(subject);
}

/** The same for a Privy user. */
export async function isBootstrapDid(ctx: Pick<QueryCtx, "db">, did: string): Promise<boolean> {
  if (!configuredAdmins("ADMIN_PRIVY_DIDS").includes(did)) return false;
  const rows = await rowsByPrivyDid(ctx, did);
  return !rows.some(({ deletedAt }) => deletedAt !== undefined);
}

/** Whether another admin has taken from them what the configuration had given. */
export function wasDemoted({ wasBootstrapped, role }: Doc<"users">): boolean {
  return wasBootstrapped === true && role !== "admin";
}

/**
 * An admin of the configuration says their first word: they get a user with the admin role. It
 * happens once for each user, so that another admin can take the role away for good.
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
