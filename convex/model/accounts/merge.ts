import type { IndexNames, NamedTableInfo } from "convex/server";
import { internal } from "../../_generated/api.js";
import type { DataModel, Doc, Id, TableNames } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { moveRsvps, releaseRsvps } from "../events/rsvpOwners.ts";
import { followCity } from "../giving/subscriptions.ts";
import { leaveQueues, mergeEntries } from "../queue/members.ts";
import { isBlocked, mergedStatus } from "../people/accountStatus.ts";
import { pendingOf, withdrawPending } from "../people/applications.ts";
import { audit } from "../callers/limits.ts";
import { profileOf } from "../callers/users.ts";

// Merging two users who are one person. The older one is kept; rows that refer to the other are
// moved, and its fields fill the gaps of the older one.

type Reference = {
  [T in TableNames]: {
    table: T;
    index: IndexNames<NamedTableInfo<DataModel, T>>;
    field: string & keyof Doc<T>;
  };
}[TableNames];

/**
 * Every field that refers to a user, with its index; the identities by which people sign in come
 * first.
 */
export const references: readonly Reference[] = [
  { table: "chatAccounts", index: "by_user", field: "userId" },
  { table: "applications", index: "by_user", field: "userId" },
  { table: "users", index: "by_merged_into", field: "mergedInto" },
  { table: "applications", index: "by_reviewer", field: "reviewer" },
  { table: "auditLog", index: "by_subject", field: "subject" },
  { table: "auditLog", index: "by_actor", field: "actor" },
  { table: "subscriptions", index: "by_user", field: "userId" },
  { table: "checkouts", index: "by_user", field: "userId" },
  { table: "gifts", index: "by_user", field: "userId" },
  { table: "corrections", index: "by_user", field: "userId" },
  { table: "reports", index: "by_user", field: "userId" },
  { table: "queuePositions", index: "by_user", field: "userId" },
  { table: "queuePositions", index: "by_caller", field: "calledBy" },
  { table: "queues", index: "by_opener", field: "openedBy" },
  { table: "webhookEvents", index: "by_user", field: "userId" },
  { table: "charities", index: "by_creator", field: "createdBy" },
  { table: "charities", index: "by_approver", field: "approvedBy" },
  { table: "distributionRuns", index: "by_starter", field: "startedBy" },
];
/** Tables with one row per user, or per user and event: these rows are merged, not moved. */
export const folded = [
  { table: "profiles", field: "userId" },
  { table: "rsvps", field: "userId" },
  { table: "reminders", field: "userId" },
  { table: "feeds", field: "userId" },
] as const;

const batch = 400;

/** Merges two users in the current transaction; returns the one that is kept. */
export async function mergeUsers(
  ctx: MutationCtx,
  one: Doc<"users">,
  other: Doc<"users">,
  from: string,
  now: number,
): Promise<Id<"users">> {
  const [kept, gone] = one._creationTime <= other._creationTime ? [one, other] : [other, one];
  await keepOneApplication(ctx, kept, gone, now);
  const { taken, left } = joined(kept, gone);
  // Unique fields are removed from one row before they are written to the other.
  await ctx.db.patch("users", gone._id, { ...left, deletedAt: now, mergedInto: kept._id });
  await ctx.db.patch("users", kept._id, taken);
  await foldProfile(ctx, gone._id, kept._id);
  await mergeEntries(ctx, gone._id, kept._id, now);
  if (taken.accountStatus && isBlocked(taken.accountStatus)) await leaveQueues(ctx, kept._id, now);
  await audit(ctx, { action: "merged", actor: kept._id, subject: kept._id, from }, now);
  await moveRows(ctx, gone._id, kept._id);
  await moveRsvps(ctx, { userId: gone._id }, kept._id, now);
  const isNewlyBlocked = !isBlocked(kept.accountStatus) && isBlocked(gone.accountStatus);
  if (isNewlyBlocked) await releaseRsvps(ctx, { userId: kept._id }, false, now);
  return kept._id;
}

/** Of two pending applications the older one is kept; none if either user is blocked. */
async function keepOneApplication(
  ctx: MutationCtx,
  { _id: kept, accountStatus }: Doc<"users">,
  { _id: gone, accountStatus: goneStatus }: Doc<"users">,
  now: number,
): Promise<void> {
  if (isBlocked(mergedStatus(accountStatus, goneStatus)))
    for (const half of [kept, gone]) await withdrawPending(ctx, half, now);
  const [one, other] = [await pendingOf(ctx, kept), await pendingOf(ctx, gone)];
  if (!one || !other) return;
  await withdrawPending(ctx, one.appliedAt <= other.appliedAt ? gone : kept, now);
}

/** Fields of the merged user that fill gaps of the kept one, whose own values stay. */
const fillers = [
  "privyDid",
  "clerkId",
  "clerkUpdatedAt",
  "email",
  "username",
  "displayName",
  "bio",
  "avatarUrl",
  "extWallet",
  "appWallet",
  "city",
  "state",
  "zipCode",
  "locale",
  "timezone",
  "tellIn",
  "muted",
  "stripeCustomerId",
] as const satisfies (keyof Doc<"users">)[];
const roles = ["member", "moderator", "admin"] as const;
const plans = ["free", "pro", "enterprise"] as const;

function joined(kept: Doc<"users">, gone: Doc<"users">) {
  const moving = fillers.filter((name) => kept[name] === undefined && gone[name] !== undefined);
  const accountStatus = mergedStatus(kept.accountStatus, gone.accountStatus);
  const taken: Partial<Doc<"users">> = {
    ...Object.fromEntries(moving.map((name) => [name, gone[name]])),
    // A blocked user has no role after being restored, whichever of the two had one.
    role: isBlocked(accountStatus) ? "member" : higher(roles, kept.role, gone.role),
    plan: higher(plans, kept.plan, gone.plan),
    accountStatus,
    storageUsedBytes: kept.storageUsedBytes + gone.storageUsedBytes,
    lastLoginAt: Math.max(kept.lastLoginAt, gone.lastLoginAt),
    ...(isBlocked(accountStatus) && { statusBefore: mergedStatus(before(kept), before(gone)) }),
    ...((kept.wasBootstrapped || gone.wasBootstrapped) && { wasBootstrapped: true }),
    ...(gone.privyMetadata && { privyMetadata: { ...gone.privyMetadata, ...kept.privyMetadata } }),
    ...(gone.metadata && { metadata: { ...gone.metadata, ...kept.metadata } }),
  };
  const left = Object.fromEntries(moving.map((name) => [name, undefined]));
  return { taken, left: left as Partial<Doc<"users">> };
}

/** The status of an account or, when it is blocked, the status before. */
function before({ accountStatus, statusBefore }: Doc<"users">) {
  return isBlocked(accountStatus) ? (statusBefore ?? "incomplete") : accountStatus;
}

function higher<T>(ranks: readonly T[], one: T, other: T): T {
  return ranks.indexOf(one) >= ranks.indexOf(other) ? one : other;
}

/** Moves a batch of rows; the next batch is scheduled. */
export async function moveRows(
  { db, scheduler }: MutationCtx,
  from: Id<"users">,
  to: Id<"users">,
): Promise<void> {
  let left = batch;
  for (const reference of references) {
    // One type stands for all tables: the list is checked against the schema by its type and a
    // test.
    const { table, index, field } = reference as (typeof references)[number] & {
      table: "auditLog";
      index: "by_subject";
      field: "subject";
    };
    const rows = await db
      .query(table)
      .withIndex(index, (q) => q.eq(field, from))
      .take(left);
    for (const { _id } of rows) await db.patch(table, _id, { [field]: to });
    left -= rows.length;
    if (left === 0) {
      await scheduler.runAfter(0, internal.linking.moveMore, { from, to });
      return;
    }
  }
  await followCity({ db }, to);
}

// Merging two profiles: gaps are filled, counts are added, and the stricter visibility wins.

const profileFillers = [
  "city",
  "country",
  "countryCode",
  "githubUrl",
  "twitterUrl",
  "linkedinUrl",
  "telegramHandle",
] as const satisfies (keyof Doc<"profiles">)[];
const fromOpenToClosed = ["public", "members", "private"] as const;

export async function foldProfile(
  ctx: MutationCtx,
  from: Id<"users">,
  to: Id<"users">,
): Promise<void> {
  const [gone, kept] = [await profileOf(ctx, from), await profileOf(ctx, to)];
  if (!gone) return;
  if (!kept) {
    await ctx.db.patch("profiles", gone._id, { userId: to });
    return;
  }
  const missing = profileFillers.filter(
    (name) => kept[name] === undefined && gone[name] !== undefined,
  );
  await ctx.db.patch("profiles", kept._id, {
    ...Object.fromEntries(missing.map((name) => [name, gone[name]])),
    learningTracks: [...new Set([...kept.learningTracks, ...gone.learningTracks])],
    profileVisibility: closer(kept.profileVisibility, gone.profileVisibility),
    availabilityStatus:
      kept.availabilityStatus === "unavailable" ? gone.availabilityStatus : kept.availabilityStatus,
    completedBounties: kept.completedBounties + gone.completedBounties,
    totalEarningsUsd: kept.totalEarningsUsd + gone.totalEarningsUsd,
    profileViews: kept.profileViews + gone.profileViews,
    ...(gone.metadata && { metadata: { ...gone.metadata, ...kept.metadata } }),
  });
  await ctx.db.delete("profiles", gone._id);
}

type Visibility = Doc<"profiles">["profileVisibility"];

function closer(one: Visibility, other: Visibility): Visibility {
  return fromOpenToClosed.indexOf(one) >= fromOpenToClosed.indexOf(other) ? one : other;
}
