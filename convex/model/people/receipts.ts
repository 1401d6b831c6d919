import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";

// Webhooks that were taken. The receipt is written in the transaction of what the webhook does, so
// that neither is there without the other.

const keptMs = 7 * 24 * 60 * 60 * 1000;
const sweepBatch = 500;

/** Takes a webhook; false where it was taken before. `key`: "clerk:msg_...". */
export async function takeOnce(ctx: MutationCtx, key: string, now: number): Promise<boolean> {
  if (await receiptOf(ctx, key)) return false;
  await ctx.db.insert("receipts", { key, at: now });
  return true;
}

/** Whether it was taken before; then it is remembered for another week. */
export async function wasTaken(ctx: MutationCtx, key: string, now: number): Promise<boolean> {
  const known = await receiptOf(ctx, key);
  if (known) await ctx.db.patch("receipts", known._id, { at: now });
  return known !== null;
}

async function receiptOf(ctx: MutationCtx, key: string): Promise<Doc<"receipts"> | null> {
  return await ctx.db
    .query("receipts")
    .withIndex("by_key", (q) => q.eq("key", key))
    .first();
}

/** Forgets receipts of a week ago; returns whether there are more. */
export async function sweepReceipts(ctx: MutationCtx, now: number): Promise<boolean> {
  const old = await ctx.db
    .query("receipts")
    .withIndex("by_at", (q) => q.lt("at", now - keptMs))
    .take(sweepBatch);
  for (const { _id } of old) await ctx.db.delete("receipts", _id);
  return old.length === sweepBatch;
}
