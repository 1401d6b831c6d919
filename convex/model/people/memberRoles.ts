import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { accountsOf } from "../callers/chatAccounts.ts";
import { openDeliveries, enqueue, toPerson } from "../deliveries/queue.ts";
import { userOf } from "../callers/users.ts";

// The Discord role that members have in the servers of organizations. A delivery names the account;
// whether the role is given or removed is read when it is leased.

const week = 7 * 24 * 60 * 60 * 1000;
const maxServers = 100;

/** Whether a Discord account should have the member role: its user is an active member. */
export async function shouldHaveRole(
  ctx: Pick<QueryCtx, "db">,
  account: Doc<"chatAccounts"> | null,
): Promise<boolean> {
  const user = account?.userId ? await userOf(ctx, account.userId) : null;
  return user?.accountStatus === "active";
}

/** The organizations that name a Discord server and a member role. */
async function organizationsWithRole(ctx: Pick<QueryCtx, "db">): Promise<Doc<"organizations">[]> {
  const rows = await ctx.db
    .query("organizations")
    .withIndex("by_discord_guild", (q) => q.gt("discordGuildId", ""))
    .take(maxServers);
  return rows.filter(({ discordMemberRole }) => discordMemberRole !== undefined);
}

/**
 * Enqueues role deliveries for all Discord accounts of a user, after a change of status or
 * accounts.
 */
export async function followMemberRoles(
  ctx: MutationCtx,
  userId: Id<"users">,
  now: number,
): Promise<void> {
  for (const account of await accountsOf(ctx, userId)) await releaseMemberRoles(ctx, account, now);
}

/**
 * Enqueues role deliveries for one account, including one that is about to be unlinked: when the
 * delivery is leased, the account has no user, so the role is removed.
 */
export async function releaseMemberRoles(
  ctx: MutationCtx,
  account: Doc<"chatAccounts">,
  now: number,
): Promise<void> {
  if (account.platform !== "discord") return;
  for (const org of await organizationsWithRole(ctx)) await enqueueRole(ctx, account, org._id, now);
}

/** Enqueues one role delivery for an account and a server, unless one is pending already. */
async function enqueueRole(
  ctx: MutationCtx,
  { _id }: Doc<"chatAccounts">,
  orgId: Id<"organizations">,
  now: number,
): Promise<void> {
  const account = await ctx.db.get("chatAccounts", _id);
  if (!account) return;
  const to = toPerson(account);
  const waits = (await openDeliveries(ctx, to.destination)).some(
    ({ state, task }) => state === "pending" && task.kind === "role" && task.orgId === orgId,
  );
  if (waits) return;
  const serial = (account.roleChanges ?? 0) + 1;
  await ctx.db.patch("chatAccounts", _id, { roleChanges: serial });
  const subjectKey = `role:${orgId}:${_id}:${serial}`;
  const task = { kind: "role" as const, orgId };
  await enqueue(ctx, to, { subjectKey, task, expiresAt: now + week }, now);
}

/** Stores the state of an account's role after Discord has applied it. */
export async function noteRole(
  ctx: MutationCtx,
  account: Doc<"chatAccounts">,
  orgId: Id<"organizations">,
  isGranted: boolean,
): Promise<void> {
  await ctx.db.patch("chatAccounts", account._id, {
    memberRoles: { ...account.memberRoles, [orgId]: isGranted },
  });
}

const batch = 50;

/**
 * Enqueues role deliveries for the Discord accounts of a batch whose known role differs from the
 * desired one. Returns the next cursor, null after the last. With `orgId` the known state of that
 * organization's role is discarded first.
 */
export async function reconcileRoles(
  ctx: MutationCtx,
  orgId: Id<"organizations"> | undefined,
  cursor: string | null,
  now: number,
): Promise<string | null> {
  const page = await ctx.db
    .query("chatAccounts")
    .withIndex("by_platform_and_user", (q) => q.eq("platform", "discord"))
    .paginate({ numItems: batch, cursor });
  const orgs = (await organizationsWithRole(ctx)).filter(({ _id }) => !orgId || _id === orgId);
  for (const account of page.page) {
    const isMember = await shouldHaveRole(ctx, account);
    for (const org of orgs) {
      const known = orgId ? undefined : account.memberRoles?.[org._id];
      if ((known ?? false) === isMember) continue;
      if (orgId) {
        const { [orgId]: _old, ...memberRoles } = account.memberRoles ?? {};
        await ctx.db.patch("chatAccounts", account._id, { memberRoles });
      }
      await enqueueRole(ctx, account, org._id, now);
    }
  }
  return page.isDone ? null : page.continueCursor;
}
