import type { Doc, Id } from "../_generated/dataModel.js";
import type { MutationCtx } from "../_generated/server.js";

// Putting a message into the ledger, and keeping the outbox of its channel in step. What the bots
// then do with it is in `claims.ts` and `settlements.ts`.

/** How many deliveries one transaction looks through for one channel. */
const channelScan = 200;

/** The channel's next message: the oldest open delivery, because order per channel is kept. */
export async function headOf(ctx: MutationCtx, channelId: Id<"channels">) {
  return await ctx.db
    .query("deliveries")
    .withIndex("by_channel_and_open", (q) => q.eq("channelId", channelId).eq("isOpen", true))
    .first();
}

/**
 * Owes a channel one part of an announcement. Asking twice changes nothing: the key is unique per
 * topic, channel and part. Returns false where it was owed already.
 */
export async function owe(
  ctx: MutationCtx,
  channel: Doc<"channels">,
  announcement: Doc<"announcements">,
  part: string,
  now: number,
): Promise<boolean> {
  const key = `${announcement.topic}|${channel._id}|${part}`;
  const known = await ctx.db
    .query("deliveries")
    .withIndex("by_key", (q) => q.eq("key", key))
    .unique();
  if (known) return false;
  await ctx.db.insert("deliveries", {
    key,
    announcementId: announcement._id,
    channelId: channel._id,
    platform: channel.platform,
    part,
    state: "pending",
    isOpen: true,
    fence: 0,
    attempts: 0,
    unheard: 0,
    nextAttemptAt: now,
    expiresAt: announcement.expiresAt,
  });
  await openOutbox(ctx, { channelId: channel._id, platform: channel.platform }, now);
  return true;
}

/** Makes sure that a bot will look at the channel. A channel that is held keeps its lease. */
export async function openOutbox(
  ctx: MutationCtx,
  { channelId, platform }: Pick<Doc<"outboxes">, "channelId" | "platform">,
  now: number,
): Promise<void> {
  if (!(await outboxOf(ctx, channelId)))
    await ctx.db.insert("outboxes", { channelId, platform, readyAt: now });
}

export async function outboxOf(ctx: MutationCtx, channelId: Id<"channels">) {
  return await ctx.db
    .query("outboxes")
    .withIndex("by_channel", (q) => q.eq("channelId", channelId))
    .unique();
}

/** Sets the outbox to the channel's next message, or takes it away where nothing is open. */
export async function refreshOutbox(ctx: MutationCtx, channelId: Id<"channels">): Promise<void> {
  const [outbox, head] = [await outboxOf(ctx, channelId), await headOf(ctx, channelId)];
  if (!head) {
    if (outbox) await ctx.db.delete("outboxes", outbox._id);
  } else if (outbox) {
    await ctx.db.patch("outboxes", outbox._id, {
      readyAt: head.nextAttemptAt,
      heldUntil: undefined,
    });
  } else {
    const { platform, nextAttemptAt: readyAt } = head;
    await ctx.db.insert("outboxes", { channelId, platform, readyAt });
  }
}

/** Ends a delivery in a state that is not sent; `reason` is for `/deliveries`. */
export async function end(
  ctx: MutationCtx,
  delivery: Doc<"deliveries">,
  state: "suppressed" | "cancelled" | "dead" | "unknown",
  reason: string,
): Promise<void> {
  await ctx.db.patch("deliveries", delivery._id, { state, reason, isOpen: false });
}

/** Ends everything a channel is still owed: it is gone, or an admin has switched it off. */
export async function cancelAll(
  ctx: MutationCtx,
  channelId: Id<"channels">,
  reason: string,
): Promise<void> {
  const open = await ctx.db
    .query("deliveries")
    .withIndex("by_channel_and_open", (q) => q.eq("channelId", channelId).eq("isOpen", true))
    .take(channelScan);
  for (const delivery of open) await end(ctx, delivery, "cancelled", reason);
  // More than fits here is left to the bots, whose claims end what a channel that is off is owed.
  await refreshOutbox(ctx, channelId);
}
