import { internal } from "../../_generated/api.js";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { enqueueCard, updateCards } from "../people/reviewCards.ts";

// The review card of a charity, in every chat that admins subscribed to them.

/** Schedules the delivery of a new charity's review cards. */
export async function scheduleCards(ctx: MutationCtx, charityId: Id<"charities">): Promise<void> {
  await ctx.scheduler.runAfter(0, internal.charities.fanOut, { charityId, cursor: null });
}

/** Updates a charity's cards from `after` on; what exceeds one transaction is scheduled. */
export async function changeCards(
  ctx: MutationCtx,
  { _id: charityId, version }: Pick<Doc<"charities">, "_id" | "version">,
  after: number,
  now: number,
): Promise<void> {
  const task = { kind: "charity" as const, charityId };
  const next = await updateCards(ctx, task, { version, after }, now);
  if (next !== null)
    await ctx.scheduler.runAfter(0, internal.charities.changeMore, {
      charityId,
      version,
      after: next,
    });
}

/** Cards of pending charities that a newly subscribed chat receives. */
const maxWaiting = 20;

/**
 * Enqueues the cards of pending charities for a newly subscribed chat, the oldest first; each once.
 */
export async function enqueueWaiting(
  ctx: MutationCtx,
  channel: Doc<"channels">,
  now: number,
): Promise<void> {
  const waiting = await ctx.db
    .query("charities")
    .withIndex("by_verification_status", (q) => q.eq("verificationStatus", "pending"))
    .take(maxWaiting);
  for (const { _id: charityId } of waiting)
    await enqueueCard(ctx, channel, { kind: "charity", charityId }, now);
}

/**
 * Updates the cards of a pending charity after a change of its needs; decided cards stay as they
 * are.
 */
export async function updatePendingCards(
  ctx: MutationCtx,
  { _id, verificationStatus, version }: Doc<"charities">,
  now: number,
): Promise<void> {
  if (verificationStatus !== "pending") return;
  await ctx.db.patch("charities", _id, { version: version + 1 });
  await changeCards(ctx, { _id, version: version + 1 }, 0, now);
}
