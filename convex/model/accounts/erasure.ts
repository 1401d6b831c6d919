import { internal } from "../../_generated/api.js";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { type ChatIdentity } from "../callers/chatAccounts.ts";
import { refreshOutbox, toPerson } from "../deliveries/queue.ts";
import { isFreeText } from "../people/applications.ts";

// Texts about a deleted person that stand in records which are kept: the audit log, notices, and the
// decisions that they made as a moderator.

const maxEntries = 500;
const batch = 200;

/** Erases a deleted user's texts; `accounts`: the chat accounts that they had. */
export async function eraseTexts(
  ctx: MutationCtx,
  userId: Id<"users">,
  accounts: readonly ChatIdentity[],
): Promise<void> {
  const log = await ctx.db
    .query("auditLog")
    .withIndex("by_subject", (q) => q.eq("subject", userId))
    .take(maxEntries);
  for (const { _id, action, detail } of log)
    if ((action === "approved" || action === "rejected") && isFreeText(detail))
      await ctx.db.patch("auditLog", _id, { detail: undefined });
  for (const account of accounts) await scheduleNoticeErasure(ctx, account);
  await ctx.scheduler.runAfter(0, internal.sweep.reviewerNames, { userId, cursor: null });
}

/** Schedules the erasure of the notices to a chat account; `isBare`: it never had a user. */
export async function scheduleNoticeErasure(
  ctx: MutationCtx,
  account: ChatIdentity,
  isBare = false,
): Promise<void> {
  const { destination } = toPerson(account);
  const args = { destination, isBare, cursor: null };
  await ctx.scheduler.runAfter(0, internal.sweep.notices, args);
}

/**
 * Erases a page of the notices to a chat account ("telegram:123"): what is sent or has names or
 * somebody's words in it, and of a bare account whatever waits. That the account is deleted is still
 * said. Returns the next cursor, null after the last page.
 */
export async function eraseNotices(
  ctx: MutationCtx,
  { destination, isBare, cursor }: { destination: string; isBare: boolean; cursor: string | null },
): Promise<string | null> {
  const page = await ctx.db
    .query("deliveries")
    .withIndex("by_destination_and_open", (q) => q.eq("destination", destination))
    .paginate({ numItems: batch, cursor });
  let hasDeleted = false;
  for (const row of page.page) {
    if (row.task.kind !== "notice") continue;
    const notice = withoutTexts(row.task.notice);
    const isUnwanted = row.state === "pending" && (isBare || notice !== null);
    if (!row.isOpen || isUnwanted) {
      await ctx.db.delete("deliveries", row._id);
      hasDeleted ||= row.isOpen;
    } else if (notice) await ctx.db.patch("deliveries", row._id, { task: { ...row.task, notice } });
  }
  if (hasDeleted) await refreshOutbox(ctx, destination);
  return page.isDone ? null : page.continueCursor;
}

type Notice = Extract<Doc<"deliveries">["task"], { kind: "notice" }>["notice"];

/** A notice without what somebody has typed; null where nothing of that is in it. */
function withoutTexts(notice: Notice): Notice | null {
  switch (notice.kind) {
    case "rejected":
      return isFreeText(notice.reason) ? { kind: "rejected" } : null;
    case "linked":
    case "unlinked":
      return { kind: notice.kind, account: "" };
    default:
      return null;
  }
}

/** Erases the name of a deleted moderator from a page of their decisions; returns the next cursor. */
export async function eraseReviewer(
  ctx: MutationCtx,
  { userId, cursor }: { userId: Id<"users">; cursor: string | null },
): Promise<string | null> {
  const page = await ctx.db
    .query("applications")
    .withIndex("by_reviewer", (q) => q.eq("reviewer", userId))
    .paginate({ numItems: batch, cursor });
  for (const { _id, reviewerName } of page.page)
    if (reviewerName !== undefined)
      await ctx.db.patch("applications", _id, { reviewerName: undefined });
  return page.isDone ? null : page.continueCursor;
}
