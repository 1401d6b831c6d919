import { v, type Infer } from "convex/values";
import { isBarred, nextStatus, type StatusEvent } from "./accountStatus.ts";
import { withdrawPending } from "./applications.ts";
import { audit } from "../callers/audit.ts";
import type { UserCaller } from "../callers/caller.ts";
import { accountsOf, forgetRemembered } from "../callers/chatAccounts.ts";
import { accountStatus, role } from "../fields.ts";
import { followMemberRoles } from "./memberRoles.ts";
import { tellUser } from "./notices.ts";
import { releaseAnswers } from "../events/goingOwners.ts";
import { keepInOrder } from "../giving/subscriptions.ts";
import { leaveLines } from "../queue/members.ts";
import { refusal } from "../refusal.ts";
import { plainName, typedName, userByUsername, userOf } from "../callers/users.ts";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";

// What admins see of people, and what they may do to them.

/** A user as moderators and admins see them: no email, no wallet, no identity at a provider. */
export const shownPerson = v.object({
  _id: v.id("users"),
  name: v.string(),
  handle: v.optional(v.string()),
  role,
  accountStatus,
});
export type ShownPerson = Infer<typeof shownPerson>;

export async function toPersonView(
  ctx: Pick<QueryCtx, "db">,
  user: Doc<"users">,
): Promise<ShownPerson> {
  const accounts = await accountsOf(ctx, user._id);
  const handle = user.username ?? accounts.find((account) => account.handle)?.handle;
  const name = user.displayName ?? accounts.find((one) => one.displayName)?.displayName ?? "";
  const { _id, role, accountStatus } = user;
  return { _id, name, role, accountStatus, ...(handle !== undefined && { handle }) };
}

const mostFound = 5;
/** Who has exactly that name need not be among the first that a search finds. */
const mostLookedThrough = 50;

/** People called `who`: by username or handle, else by the name under which they applied. */
export async function findPeople(ctx: Pick<QueryCtx, "db">, who: string): Promise<Doc<"users">[]> {
  const name = plainName(who);
  if (name === "") return [];
  const ids = new Set<Id<"users">>();
  const byUsername = await userByUsername(ctx, name);
  if (byUsername) ids.add(byUsername._id);
  for (const platform of ["telegram", "discord"] as const) {
    const accounts = await ctx.db
      .query("chatAccounts")
      .withIndex("by_platform_and_handle", (q) => q.eq("platform", platform).eq("handle", name))
      .take(mostFound);
    for (const { userId } of accounts) if (userId) ids.add(userId);
  }
  if (ids.size === 0) {
    const applied = await ctx.db
      .query("applications")
      .withSearchIndex("search_who", (q) => q.search("who", name))
      .take(mostLookedThrough);
    const typed = typedName(who);
    const exact = applied.filter((row) => typedName(row.name) === typed);
    // The search also looks at names elsewhere, which an applicant told moderators alone.
    const words = typed.split(" ");
    const near = applied.filter((row) => words.every((word) => typedName(row.name).includes(word)));
    for (const { userId } of (exact.length > 0 ? exact : near).slice(0, mostFound)) ids.add(userId);
  }
  const users = await Promise.all([...ids].map(async (id) => await userOf(ctx, id)));
  const living = users.filter((user) => user !== null);
  return [...new Map(living.map((user) => [user._id, user])).values()];
}

/** Suspends, bans or restores a user, with everything that follows from it. */
export async function changeStatus(
  ctx: MutationCtx,
  admin: UserCaller,
  user: Doc<"users">,
  event: Extract<StatusEvent, "suspend" | "ban" | "restore">,
  now: number,
): Promise<void> {
  if (user._id === admin.user._id) throw refusal("not-yourself");
  const move = nextStatus(user.accountStatus, event, user.statusBefore);
  if ("refused" in move) throw refusal(move.refused);
  if (move.to === user.accountStatus) return;
  await withdrawPending(ctx, user._id, now);
  const before = isBarred(user.accountStatus) ? user.statusBefore : user.accountStatus;
  await ctx.db.patch("users", user._id, {
    accountStatus: move.to,
    statusBefore: isBarred(move.to) ? before : undefined,
    // Whoever is barred comes back without the rights they had.
    ...(isBarred(move.to) && { role: "member" as const }),
  });
  const action = ({ suspend: "suspended", ban: "banned", restore: "restored" } as const)[event];
  const { from } = admin;
  await audit(ctx, { action, actor: admin.user._id, subject: user._id, from }, now);
  if (isBarred(move.to)) await releaseAnswers(ctx, user._id, false, now);
  await followMemberRoles(ctx, user._id, now);
  await forgetRemembered(ctx, user._id, now);
  if (isBarred(move.to)) await leaveLines(ctx, user._id, now);
  const topic = `status:${user._id}:${now}`;
  await tellUser(ctx, user._id, { kind: action }, { topic }, now);
  // It is not ours to take the money of somebody who is kept out. They begin again themselves.
  await keepInOrder(ctx, { ...user, accountStatus: move.to });
}

const mostAdmins = 50;

/** Grants or takes a role. The last admin stays one. */
export async function changeRole(
  ctx: MutationCtx,
  admin: UserCaller,
  user: Doc<"users">,
  to: Doc<"users">["role"],
  now: number,
): Promise<void> {
  if (user.role === to) return;
  if (user.accountStatus !== "active") throw refusal("not-a-member");
  await requireOtherAdmin(ctx, user);
  await ctx.db.patch("users", user._id, { role: to });
  const entry = { action: "role" as const, actor: admin.user._id, subject: user._id };
  await audit(ctx, { ...entry, detail: to, from: admin.from }, now);
  await forgetRemembered(ctx, user._id, now);
  if (user._id !== admin.user._id)
    await tellUser(
      ctx,
      user._id,
      { kind: "role", role: to },
      { topic: `role-of:${user._id}:${now}` },
      now,
    );
}

/** Refuses to take the last active admin away. */
export async function requireOtherAdmin(
  ctx: MutationCtx,
  { _id: but, role, accountStatus }: Doc<"users">,
): Promise<void> {
  if (role !== "admin" || accountStatus !== "active") return;
  const admins = await ctx.db
    .query("users")
    .withIndex("by_role", (q) => q.eq("role", "admin"))
    .take(mostAdmins);
  const hasOther = admins.some(
    (one) => one._id !== but && one.accountStatus === "active" && one.deletedAt === undefined,
  );
  if (!hasOther) throw refusal("last-admin");
}
