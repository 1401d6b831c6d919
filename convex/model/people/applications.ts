import { internal } from "../../_generated/api.js";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { nextStatus, type StatusEvent } from "./accountStatus.ts";
import { audit } from "../callers/limits.ts";
import type { UserCaller } from "../callers/caller.ts";
import { type ChatIdentity, invalidateChatCache } from "../callers/chatAccounts.ts";
import * as cards from "./reviewCards.ts";
import { knownAs } from "./reviewCards.ts";
import { admitAll } from "./joinRequests.ts";
import { followMemberRoles } from "./memberRoles.ts";
import { notifyUser } from "./notices.ts";
import { refusal } from "../refusal.ts";
import { typedName, userOf } from "../callers/users.ts";

// Applying and deciding. All consequences of a decision are written in its transaction.

export type Decision = "approve" | "reject";
const decided = { approve: "approved", reject: "rejected" } as const;

/** Applications read per user. Decided ones are kept; at most one is pending. */
export async function pendingOf(
  ctx: Pick<QueryCtx, "db">,
  userId: Id<"users">,
): Promise<Doc<"applications"> | null> {
  const latest = await latestOf(ctx, userId);
  return latest?.status === "pending" ? latest : null;
}

/** The pending application, else the newest: after a merge a decided one can be newer. */
export async function latestOf(
  ctx: Pick<QueryCtx, "db">,
  userId: Id<"users">,
): Promise<Doc<"applications"> | null> {
  const newest = await ctx.db
    .query("applications")
    .withIndex("by_user", (q) => q.eq("userId", userId))
    .order("desc")
    .take(maxLookedAt);
  return newest.find(({ status }) => status === "pending") ?? newest[0] ?? null;
}

const maxLookedAt = 20;

const maxNamed = 5;
/** An exact name match need not be among the first results of a search. */
const maxLookedThrough = 50;

/**
 * Applications that match `who`: pending ones, else decided ones. An exact handle or name is an
 * unambiguous match; otherwise the results of the search.
 */
export async function byName(
  ctx: Pick<QueryCtx, "db">,
  who: string,
): Promise<Doc<"applications">[]> {
  const name = typedName(who);
  if (name === "") return [];
  const search = async (status?: "pending") =>
    await ctx.db
      .query("applications")
      .withSearchIndex("search_who", (q) => {
        const named = q.search("who", name);
        return status === undefined ? named : named.eq("status", status);
      })
      .take(maxLookedThrough);
  const waiting = await search("pending");
  const known = new Set(waiting.map(({ _id }) => _id));
  const decided = (await search()).filter(({ _id }) => !known.has(_id));
  const isExact = (row: Doc<"applications">) =>
    typedName(row.name) === name || (row.handle !== undefined && typedName(row.handle) === name);
  // Of somebody who applied twice the waiting application is meant, before a decided one.
  const exact = [waiting.filter(isExact), decided.filter(isExact)].find(({ length }) => length > 0);
  return (exact ?? [...waiting, ...decided]).slice(0, maxNamed);
}

type Form = Pick<Doc<"applications">, "goal" | "motivation" | "otherNames" | "name" | "handle">;

/** Stores an application and enqueues its cards. The caller has validated the form. */
export async function apply(
  ctx: MutationCtx,
  user: Doc<"users">,
  { platform, platformUserId }: ChatIdentity,
  form: Form,
  now: number,
): Promise<void> {
  const { to: accountStatus } = moved(user, "apply");
  await ctx.db.patch("users", user._id, { accountStatus });
  const applicationId = await ctx.db.insert("applications", {
    ...form,
    userId: user._id,
    platform,
    platformUserId,
    who: [form.name, typedName(form.name), form.handle, form.otherNames].filter(Boolean).join(" "),
    status: "pending",
    appliedAt: now,
    version: 1,
  });
  await audit(ctx, { action: "applied", actor: user._id, subject: user._id, from: platform }, now);
  await invalidateChatCache(ctx, user._id, now);
  await ctx.scheduler.runAfter(0, internal.applications.fanOut, { applicationId, cursor: null });
}

export type Decided = { isNew: boolean; application: Doc<"applications"> };

/**
 * Decides an application once; a decided one is returned unchanged.
 *
 * @throws no-such-application
 */
export async function decide(
  ctx: MutationCtx,
  reviewer: UserCaller,
  applicationId: Id<"applications">,
  { decision, reason }: { decision: Decision; reason?: string | undefined },
  now: number,
): Promise<Decided> {
  const application = await ctx.db.get("applications", applicationId);
  if (!application) throw refusal("no-such-application");
  if (application.status !== "pending") return { isNew: false, application };
  const user = await userOf(ctx, application.userId);
  const move = user && nextStatus(user.accountStatus, decision);
  // The applicant was deleted or blocked meanwhile: nothing to decide, and no decision unblocks.
  if (!user || !move || "refused" in move) {
    const moot = await settle(ctx, application, { status: "withdrawn" }, now);
    return { isNew: false, application: moot };
  }
  await ctx.db.patch("users", user._id, { accountStatus: move.to });
  const settled = await settle(
    ctx,
    application,
    {
      status: decided[decision],
      reviewer: reviewer.user._id,
      reviewerName: await knownAs(ctx, reviewer),
      ...(reason !== undefined && { reason }),
    },
    now,
  );
  const detail = reason === undefined ? {} : { detail: reason };
  const { user: actor, from } = reviewer;
  const action = decided[decision];
  await audit(ctx, { action, actor: actor._id, subject: user._id, from, ...detail }, now);
  await notifyUser(
    ctx,
    user._id,
    decision === "approve"
      ? { kind: "approved" }
      : { kind: "rejected", ...(reason !== undefined && { reason }) },
    { subjectKey: `decision:${applicationId}`, prefer: application },
    now,
  );
  await admitAll(ctx, user._id, decision === "approve", now);
  await followMemberRoles(ctx, user._id, now);
  await invalidateChatCache(ctx, user._id, now);
  return { isNew: true, application: settled };
}

/** Withdraws an application on the applicant's request. */
export async function withdraw(
  ctx: MutationCtx,
  { user, from }: UserCaller,
  now: number,
): Promise<void> {
  const { to: accountStatus } = moved(user, "withdraw");
  await withdrawPending(ctx, user._id, now);
  await ctx.db.patch("users", user._id, { accountStatus });
  await audit(ctx, { action: "withdrawn", actor: user._id, subject: user._id, from }, now);
  await invalidateChatCache(ctx, user._id, now);
}

/** Closes an application that needs no decision any more, and updates its cards. */
export async function withdrawPending(
  ctx: MutationCtx,
  userId: Id<"users">,
  now: number,
): Promise<void> {
  const application = await pendingOf(ctx, userId);
  if (application) await settle(ctx, application, { status: "withdrawn" }, now);
}

const maxErased = 100;

/**
 * Removes what an applicant wrote and what a moderator wrote about them; status, times and reasons of
 * the menu are kept as a record. Their cards are edited in scheduled batches.
 */
export async function eraseApplications(
  ctx: MutationCtx,
  userId: Id<"users">,
  now: number,
): Promise<void> {
  const applications = await ctx.db
    .query("applications")
    .withIndex("by_user", (q) => q.eq("userId", userId))
    .take(maxErased);
  for (const { _id: applicationId, reason, version: before } of applications) {
    const version = before + 1;
    await ctx.db.patch("applications", applicationId, {
      goal: "",
      motivation: "",
      name: "",
      who: "",
      handle: undefined,
      otherNames: undefined,
      platformUserId: "",
      ...(isFreeText(reason) && { reason: undefined }),
      erasedAt: now,
      version,
    });
    const edits = { applicationId, version, after: 0 };
    await ctx.scheduler.runAfter(0, internal.applications.correctMore, edits);
  }
}

/** Whether a reason is a moderator's own text, not one of the menu. */
export function isFreeText(reason: string | undefined): boolean {
  return reason !== undefined && !reason.startsWith(menuReason);
}

const menuReason = "code:";

async function settle(
  ctx: MutationCtx,
  application: Doc<"applications">,
  outcome: Pick<Doc<"applications">, "status"> & Partial<Doc<"applications">>,
  now: number,
): Promise<Doc<"applications">> {
  const changes = { ...outcome, decidedAt: now, version: application.version + 1 };
  await ctx.db.patch("applications", application._id, changes);
  await updateCards(ctx, { ...application, ...changes }, 0, now);
  return { ...application, ...changes };
}

/** Enqueues edits of all cards; what exceeds one batch is scheduled. */
export async function updateCards(
  ctx: MutationCtx,
  { _id: applicationId, version }: Pick<Doc<"applications">, "_id" | "version">,
  after: number,
  now: number,
): Promise<void> {
  const task = { kind: "card" as const, applicationId };
  const next = await cards.updateCards(ctx, task, { version, after }, now);
  if (next !== null)
    await ctx.scheduler.runAfter(0, internal.applications.correctMore, {
      applicationId,
      version,
      after: next,
    });
}

function moved(user: Doc<"users">, event: StatusEvent) {
  const move = nextStatus(user.accountStatus, event);
  if ("refused" in move) throw refusal(move.refused);
  return move;
}
