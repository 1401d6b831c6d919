import type { MutationCtx } from "../../_generated/server.js";

// Webhooks that were taken. The receipt is written in the transaction of what the webhook does, so
// that neither is there without the other.

const keptMs = 7 * 24 * 60 * 60 * 1000;
const sweepBatch = 500;

/** Takes a webhook; false where it was taken before. `key`: "clerk:msg_...". */
export async function takeOnce(ctx: MutationCtx, key: string, now: number): Promise<boolean> {
  const known = await ctx.db
    .query("receipts")
    .withIndex("by_key", (q) => q.eq("key", key))
    .first();
  if (known) return false;
  await ctx.db.insert("receipts", { key, at: now });
  return true;
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
