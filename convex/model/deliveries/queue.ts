import type { Infer } from "convex/values";
import { chatSubject, type Platform } from "../../../shared/identity.ts";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import type { ChatIdentity } from "../callers/caller.ts";
import type { work } from "../fields.ts";

// Putting work into the ledger, and keeping the outbox of its destination in step. What the bots
// then do with it is in `claims.ts` and `settlements.ts`.

export type Work = Infer<typeof work>;

/** To whom: a channel of ours, or one person's account on a platform. */
export type Destination = { destination: string; platform: Platform };

export function toChannel({ _id, platform }: Pick<Doc<"channels">, "_id" | "platform">) {
  return { destination: _id, platform };
}

export function toPerson({ platform, platformUserId }: ChatIdentity): Destination {
  return { destination: chatSubject(platform, platformUserId), platform };
}

/** How many deliveries one transaction looks through for one destination. */
const destinationScan = 200;

/**
 * The destination's next message: the oldest open delivery, because order is kept; but what is
 * urgent goes first, and then corrections, so that what is out does not stay wrong while much is
 * new. A correction of a message that is still to be sent waits for it.
 */
export async function headOf(ctx: MutationCtx, destination: string) {
  const head = await openOf(ctx, destination).first();
  if (!head || head.part === "message") return head;
  const corrected = await deliveryByKey(ctx, keyOf(head.topic, destination, "message"));
  return corrected?.isOpen ? corrected : head;
}

/** What a destination is owed, corrections first, each the oldest first; at most two hundred. */
export async function openDeliveries(ctx: MutationCtx, destination: string) {
  return await openOf(ctx, destination).take(destinationScan);
}

function openOf(ctx: MutationCtx, destination: string) {
  return ctx.db
    .query("deliveries")
    .withIndex("by_destination_and_open", (q) =>
      q.eq("destination", destination).eq("isOpen", true),
    );
}

/** What is to be done, what it is about, and until when it is worth doing (milliseconds). */
export type Owed = {
  topic: string;
  part?: string;
  work: Work;
  expiresAt: number;
  /** Somebody waits for it just now: it goes before everything else. */
  isUrgent?: boolean;
};

/**
 * Owes a destination one part of something. Asking twice changes nothing: the key is unique per
 * topic, destination and part. Returns false where it was owed already.
 */
export async function owe(
  ctx: MutationCtx,
  { destination, platform }: Destination,
  { topic, part = "message", work, expiresAt, isUrgent = false }: Owed,
  now: number,
): Promise<boolean> {
  const key = keyOf(topic, destination, part);
  if (await deliveryByKey(ctx, key)) return false;
  await ctx.db.insert("deliveries", {
    key,
    topic,
    destination,
    platform,
    work,
    part,
    state: "pending",
    isOpen: true,
    rank: isUrgent ? urgentRank : part === "message" ? 1 : 0,
    fence: 0,
    attempts: 0,
    unheard: 0,
    nextAttemptAt: now,
    expiresAt,
  });
  await openOutbox(ctx, { destination, platform, isUrgent }, now);
  return true;
}

const urgentRank = -1;

export function isUrgent({ rank }: Doc<"deliveries">): boolean {
  return rank === urgentRank;
}

export function keyOf(topic: string, destination: string, part: string): string {
  return `${topic}|${destination}|${part}`;
}

export async function deliveryByKey(ctx: Pick<QueryCtx, "db">, key: string) {
  return await ctx.db
    .query("deliveries")
    .withIndex("by_key", (q) => q.eq("key", key))
    .unique();
}

/**
 * Makes sure that a bot will look at the destination. One that is held keeps its lease; one that
 * waits for a later message does not wait with something urgent.
 */
export async function openOutbox(
  ctx: MutationCtx,
  { destination, platform, isUrgent }: Destination & { isUrgent: boolean },
  now: number,
): Promise<void> {
  const outbox = await outboxOf(ctx, destination);
  if (!outbox) await ctx.db.insert("outboxes", { destination, platform, isUrgent, readyAt: now });
  else if (isUrgent && outbox.heldUntil === undefined)
    await ctx.db.patch("outboxes", outbox._id, { isUrgent, readyAt: now });
}

/** Opens a delivery that has ended once more, as if it had never been tried. */
export async function reopen(ctx: MutationCtx, row: Doc<"deliveries">, now: number): Promise<void> {
  await ctx.db.patch("deliveries", row._id, {
    state: "pending",
    isOpen: true,
    attempts: 0,
    unheard: 0,
    nextAttemptAt: now,
    reason: undefined,
  });
  // Not refreshed: a bot may hold the destination just now, and its lease must stand.
  await openOutbox(ctx, { ...row, isUrgent: isUrgent(row) }, now);
}

export async function outboxOf(ctx: MutationCtx, destination: string) {
  return await ctx.db
    .query("outboxes")
    .withIndex("by_destination", (q) => q.eq("destination", destination))
    .unique();
}

/** Sets the outbox to the next message, or takes it away where nothing is open. */
export async function refreshOutbox(ctx: MutationCtx, destination: string): Promise<void> {
  const [outbox, head] = [await outboxOf(ctx, destination), await headOf(ctx, destination)];
  if (!head) {
    if (outbox) await ctx.db.delete("outboxes", outbox._id);
  } else if (outbox) {
    await ctx.db.patch("outboxes", outbox._id, {
      readyAt: head.nextAttemptAt,
      heldUntil: undefined,
      isUrgent: isUrgent(head),
    });
  } else {
    const { platform, nextAttemptAt: readyAt } = head;
    await ctx.db.insert("outboxes", { destination, platform, readyAt, isUrgent: isUrgent(head) });
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

/** Ends everything a destination is still owed: it is gone, or an admin has switched it off. */
export async function cancelAll(
  ctx: MutationCtx,
  destination: Id<"channels"> | Id<"boards"> | `server:${string}`,
  reason: string,
): Promise<void> {
  for (const delivery of await openDeliveries(ctx, destination))
    await end(ctx, delivery, "cancelled", reason);
  // More than fits here is left to the bots, whose claims end what a channel that is off is owed.
  await refreshOutbox(ctx, destination);
}
