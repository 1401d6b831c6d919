import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { queuesShowPerson } from "../queue/follows.ts";
import { audit } from "../callers/audit.ts";
import type { ChatCaller } from "../callers/caller.ts";
import { accountsOf } from "../callers/chatAccounts.ts";
import { wasDemoted } from "../callers/bootstrapAdmins.ts";
import { accountName } from "./linking.ts";
import { releaseMemberRoles } from "../people/memberRoles.ts";
import { notifyUser } from "../people/notices.ts";
import { refusal } from "../refusal.ts";

// Taking a chat account away from its user. Who is suspended or banned keeps theirs: a bar cannot
// be left behind with an account.

/** The caller takes their chat account out. Refuses the last way in: that would be deleting. */
export async function unlink(ctx: MutationCtx, caller: ChatCaller, now: number): Promise<void> {
  const { user } = caller;
  const { account } = caller.chat;
  if (!user || !account) throw refusal("no-account");
  const { accountStatus, privyDid, clerkId } = user;
  if (accountStatus === "suspended" || accountStatus === "banned") throw refusal(accountStatus);
  const others = (await accountsOf(ctx, user._id)).filter(({ _id }) => _id !== account._id);
  if (privyDid === undefined && clerkId === undefined && others.length === 0)
    throw refusal("last-way-in");
  await dropAccount(ctx, user, account, caller.from, now);
}

/** Takes a chat account from a user who is not barred. `from`: a platform or "privy". */
export async function dropAccount(
  ctx: MutationCtx,
  user: Doc<"users">,
  account: Doc<"chatAccounts">,
  from: string,
  now: number,
): Promise<void> {
  await releaseMemberRoles(ctx, account, now);
  await ctx.db.patch("chatAccounts", account._id, {
    userId: undefined,
    via: undefined,
    linkedAt: undefined,
    handle: undefined,
    displayName: undefined,
    // The language and the zone of this chat stay as they were.
    locale: user.locale,
    timezone: user.timezone,
    ...(wasDemoted(user) && { wasDemoted: true }),
    settingsChangedAt: now,
  });
  await queuesShowPerson(ctx, user._id, now);
  const by = from === "privy" ? {} : { actor: user._id };
  const detail = account.platform;
  await audit(ctx, { action: "unlinked", subject: user._id, from, detail, ...by }, now);
  await notifyUser(
    ctx,
    user._id,
    { kind: "unlinked", account: accountName(account.platform, account.displayName) },
    { subjectKey: `unlinked:${account._id}:${now}` },
    now,
  );
}
