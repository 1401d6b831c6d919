import { chatSubject, type Platform } from "../../../shared/identity.ts";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import type { ChatIdentity } from "../callers/chatAccounts.ts";
import { deliveryState } from "../fields.ts";
import { refusal } from "../refusal.ts";
import type { Delivery, DeliveryTask } from "./kind.ts";

// Writing deliveries, and keeping the outbox of their destination in step: one row that says when a
// bot should next look there. Leasing is in `lease.ts`, what becomes of a try in `complete.ts`.
//
// pending -> leased -> sending -> sent | ambiguous | dead | suppressed | cancelled

/** To whom: one of the channels, or one person's account on a platform. */
export type Destination = { destination: string; platform: Platform };

export function toChannel({ _id, platform }: Pick<Doc<"channels">, "_id" | "platform">) {
  return { destination: _id, platform };
}

export function toPerson({ platform, platformUserId }: ChatIdentity): Destination {
  return { destination: chatSubject(platform, platformUserId), platform };
}

export type DeliveryRequest = {
  /** What it is about: with destination and part it makes the dedupe key. */
  subjectKey: string;
  /** "message" if it is not given; an edit or a synced object is another part. */
  part?: string;
  task: DeliveryTask;
  /** Until when it is worth sending (Unix milliseconds). */
  expiresAt: number;
  /** Somebody waits for it just now: it goes before everything else. */
  isUrgent?: boolean;
};

/**
 * Enqueues one delivery, in the transaction of what causes it. The key is unique for subject,
 * destination and part, so that enqueueing twice changes nothing: false where it was there already.
 */
export async function enqueue(
  ctx: MutationCtx,
  { destination, platform }: Destination,
  { subjectKey, part = "message", task, expiresAt, isUrgent = false }: DeliveryRequest,
  now: number,
): Promise<boolean> {
  const key = keyOf(subjectKey, destination, part);
  if (await deliveryByKey(ctx, key)) return false;
  await ctx.db.insert("deliveries", {
    key,
    subjectKey,
    destination,
    platform,
    task,
    part,
    state: "pending",
    isOpen: true,
    rank: isUrgent ? urgentRank : part === "message" ? 1 : 0,
    fencingToken: 0,
    attempts: 0,
    ambiguousAttempts: 0,
    nextAttemptAt: now,
    expiresAt,
  });
  await openOutbox(ctx, { destination, platform, isUrgent }, now);
  return true;
}

const urgentRank = -1;

export function isUrgent({ rank }: Delivery): boolean {
  return rank === urgentRank;
}

export function keyOf(subjectKey: string, destination: string, part: string): string {
  return `${subjectKey}|${destination}|${part}`;
}

export async function deliveryByKey(ctx: Pick<QueryCtx, "db">, key: string) {
  return await ctx.db
    .query("deliveries")
    .withIndex("by_key", (q) => q.eq("key", key))
    .unique();
}

/**
 * Enqueues an edit of a message whose data have changed. A message that still waits is rendered with
 * the new data anyway; an older edit that still waits is not needed any more.
 */
export async function enqueueEdit(
  ctx: MutationCtx,
  delivery: Delivery,
  { version, expiresAt }: { version: number; expiresAt: number },
  now: number,
): Promise<void> {
  const { subjectKey, task } = delivery;
  const part = `edit-${version}`;
  if (delivery.part === part) return;
  if (delivery.part !== "message") {
    if (delivery.state === "pending") await end(ctx, delivery, "cancelled", "superseded");
    return;
  }
  // After an ambiguous try the message may be out with the old data, and a repeat changes nothing.
  const mayBeOut =
    ["leased", "sending", "sent"].includes(delivery.state) || delivery.ambiguousAttempts > 0;
  if (!mayBeOut) return;
  await enqueue(ctx, delivery, { subjectKey, part, task, expiresAt }, now);
}

/** How many deliveries one transaction looks through for one destination. */
const maxScanned = 200;

/**
 * The destination's next delivery: the oldest open one, because order is kept; but what is urgent
 * goes first, and then edits, so that what is out does not stay wrong while much is new. An edit of
 * a message that is still to be sent waits for it.
 */
export async function headOf(ctx: MutationCtx, destination: string): Promise<Delivery | null> {
  const head = await openOf(ctx, destination).first();
  if (!head || head.part === "message") return head;
  const edited = await deliveryByKey(ctx, keyOf(head.subjectKey, destination, "message"));
  return edited?.isOpen ? edited : head;
}

/** What is open for a destination, edits first, each the oldest first; at most two hundred. */
export async function openDeliveries(ctx: MutationCtx, destination: string): Promise<Delivery[]> {
  return await openOf(ctx, destination).take(maxScanned);
}

function openOf(ctx: MutationCtx, destination: string) {
  return ctx.db
    .query("deliveries")
    .withIndex("by_destination_and_open", (q) =>
      q.eq("destination", destination).eq("isOpen", true),
    );
}

/** Opens a delivery that has ended once more, as if it had never been tried. */
export async function reopen(ctx: MutationCtx, row: Delivery, now: number): Promise<void> {
  await ctx.db.patch("deliveries", row._id, {
    state: "pending",
    isOpen: true,
    attempts: 0,
    ambiguousAttempts: 0,
    nextAttemptAt: now,
    reason: undefined,
  });
  // The outbox is not refreshed: a bot may hold a lease there, which must stand.
  await openOutbox(ctx, { ...row, isUrgent: isUrgent(row) }, now);
}

/**
 * Opens a dead or ambiguous delivery once more.
 *
 * @throws no-such-delivery, cannot-retry
 */
export async function retryDelivery(
  ctx: MutationCtx,
  deliveryId: string,
  now: number,
): Promise<void> {
  const id = ctx.db.normalizeId("deliveries", deliveryId);
  const row = id && (await ctx.db.get("deliveries", id));
  if (!row) throw refusal("no-such-delivery");
  if (row.state !== "dead" && row.state !== "ambiguous") throw refusal("cannot-retry");
  await reopen(ctx, row, now);
}

/** Ends a delivery in a state that is not sent; `reason` is for `/deliveries`. */
export async function end(
  ctx: MutationCtx,
  delivery: Delivery,
  state: "suppressed" | "cancelled" | "dead" | "ambiguous",
  reason: string,
): Promise<void> {
  await ctx.db.patch("deliveries", delivery._id, { state, reason, isOpen: false });
}

/** Cancels everything that is open for a destination. */
export async function cancelAll(
  ctx: MutationCtx,
  destination: Id<"channels"> | Id<"boards"> | `server:${string}`,
  reason: string,
): Promise<void> {
  for (const delivery of await openDeliveries(ctx, destination))
    await end(ctx, delivery, "cancelled", reason);
  // More than two hundred are left to the bots: a lease cancels what goes to a channel that is off.
  await refreshOutbox(ctx, destination);
}

/**
 * Makes sure that a bot will look at the destination. A lease there stands; an outbox that waits for
 * a later delivery does not wait with something urgent.
 */
async function openOutbox(
  ctx: MutationCtx,
  { destination, platform, isUrgent }: Destination & { isUrgent: boolean },
  now: number,
): Promise<void> {
  const outbox = await outboxOf(ctx, destination);
  if (!outbox) await ctx.db.insert("outboxes", { destination, platform, isUrgent, readyAt: now });
  else if (isUrgent && outbox.leasedUntil === undefined)
    await ctx.db.patch("outboxes", outbox._id, { isUrgent, readyAt: now });
}

export async function outboxOf(ctx: MutationCtx, destination: string) {
  return await ctx.db
    .query("outboxes")
    .withIndex("by_destination", (q) => q.eq("destination", destination))
    .unique();
}

/** Sets the outbox to the next delivery and ends its lease; deletes it where nothing is open. */
export async function refreshOutbox(ctx: MutationCtx, destination: string): Promise<void> {
  const [outbox, head] = [await outboxOf(ctx, destination), await headOf(ctx, destination)];
  if (!head) {
    if (outbox) await ctx.db.delete("outboxes", outbox._id);
  } else if (outbox) {
    await ctx.db.patch("outboxes", outbox._id, {
      readyAt: head.nextAttemptAt,
      leasedUntil: undefined,
      isUrgent: isUrgent(head),
    });
  } else {
    const { platform, nextAttemptAt: readyAt } = head;
    await ctx.db.insert("outboxes", { destination, platform, readyAt, isUrgent: isUrgent(head) });
  }
}

/** When a platform next has something to send (Unix milliseconds), or null. */
export async function nextReadyAt(ctx: QueryCtx, platform: Platform): Promise<number | null> {
  const first = await ctx.db
    .query("outboxes")
    .withIndex("by_platform_and_ready", (q) => q.eq("platform", platform))
    .first();
  return first?.readyAt ?? null;
}

const maxCounted = 1000;

/** How many deliveries are in each state, counted up to a thousand. */
export async function countDeliveries(ctx: QueryCtx): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { value: state } of deliveryState.members) {
    const rows = await ctx.db
      .query("deliveries")
      .withIndex("by_state", (q) => q.eq("state", state))
      .take(maxCounted);
    if (rows.length > 0) counts[state] = rows.length;
  }
  return counts;
}
