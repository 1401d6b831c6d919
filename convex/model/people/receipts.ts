import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";

// Webhooks that were processed. Webhooks are delivered at least once, so a receipt is written in
// the transaction that processes one: either both exist or neither does.

/** Records a webhook; false when it was recorded before. `key`: "clerk:msg_...". */
export async function takeOnce(ctx: MutationCtx, key: string, now: number): Promise<boolean> {
  if (await receiptOf(ctx, key)) return false;
  await ctx.db.insert("receipts", { key, at: now });
  return true;
}

/** Whether a webhook was recorded before; if so, its receipt is kept for another week. */
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
