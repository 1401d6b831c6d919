import { internal } from "../../_generated/api.js";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { enqueueCard, updateCards } from "../people/reviewCards.ts";

// The card on which admins decide a charity, in every chat that they chose for it.

/** Sends the cards of a new charity on their way. */
export async function sendCards(ctx: MutationCtx, charityId: Id<"charities">): Promise<void> {
  await ctx.scheduler.runAfter(0, internal.charities.fanOut, { charityId, cursor: null });
}

/** Every card is changed; more than fits here follows at once. */
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

/** A chat that is chosen later is told at once of so many that wait. */
const maxWaiting = 20;

/** Owes a chat the cards of charities that wait already, the longest waiting first; each once. */
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

/** What a charity needs stands on the cards on which it is decided; on decided ones it may age. */
export async function changeWaiting(
  ctx: MutationCtx,
  { _id, verificationStatus, version }: Doc<"charities">,
  now: number,
): Promise<void> {
  if (verificationStatus !== "pending") return;
  await ctx.db.patch("charities", _id, { version: version + 1 });
  await changeCards(ctx, { _id, version: version + 1 }, 0, now);
}
