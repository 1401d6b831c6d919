import type { Platform } from "../../../shared/identity.ts";
import type { MutationCtx } from "../../_generated/server.js";
import { deadLetter, hasAttemptsLeft, isRepeatable } from "./deadLetter.ts";
import type { Delivery, DeliveryKind, DeliveryKinds, Outcome } from "./kind.ts";
import { heldDelivery, type LeaseRef } from "./lease.ts";
import { end, isUrgent, refreshOutbox } from "./queue.ts";
import { returnToken, slowDown } from "./rateLimit.ts";
import { syncPart } from "./sync.ts";

// What becomes of a try to send.

/**
 * Completes a try: the delivery has ended, or is tried again. One whose lease was lost changes
 * nothing, but that a synced message may show an old state.
 */
export async function complete<Payload>(
  ctx: MutationCtx,
  kinds: DeliveryKinds<Payload>,
  platform: Platform,
  { outcome, ...ref }: LeaseRef & { outcome: Outcome },
  now: number,
): Promise<void> {
  const delivery = await heldDelivery(ctx, platform, ref);
  if (!delivery) return await noteLate(ctx, kinds, ref, outcome, now);
  const kind = kinds(delivery);
  await apply(ctx, kind, delivery, outcome, now);
  await kind.completed(ctx, delivery, now);
  await refreshOutbox(ctx, delivery.destination);
}

/** A bot that had lost its lease has edited a synced message, perhaps after a newer edit. */
async function noteLate<Payload>(
  ctx: MutationCtx,
  kinds: DeliveryKinds<Payload>,
  { deliveryId, fencingToken }: LeaseRef,
  { kind }: Outcome,
  now: number,
): Promise<void> {
  const late = await ctx.db.get("deliveries", deliveryId);
  const isEdited = late?.part === syncPart && (kind === "sent" || kind === "ambiguous");
  if (isEdited && fencingToken < late.fencingToken) await kinds(late).editedLate(ctx, late, now);
}

async function apply<Payload>(
  ctx: MutationCtx,
  kind: DeliveryKind<Payload>,
  delivery: Delivery,
  outcome: Outcome,
  now: number,
): Promise<void> {
  switch (outcome.kind) {
    case "sent":
      await ctx.db.patch("deliveries", delivery._id, {
        state: "sent",
        isOpen: false,
        sentAt: now,
        messageId: outcome.messageId,
      });
      return await kind.sent(ctx, delivery, outcome, now);
    case "unchanged":
      return await noteUnchanged(ctx, kind, delivery, now);
    case "later":
      return await retryLater(ctx, kind, delivery, outcome.retryAfterMs, now);
    case "unsent":
      return await retryOrDeadLetter(ctx, kind, delivery, outcome.reason, now);
    case "ambiguous":
      if (isAmbiguousTwice(kind, delivery))
        return await deadLetter(ctx, kind, delivery, "ambiguous", outcome.reason, now);
      await ctx.db.patch("deliveries", delivery._id, {
        ambiguousAttempts: delivery.ambiguousAttempts + 1,
      });
      return await retryOrDeadLetter(ctx, kind, delivery, outcome.reason, now);
    case "refused":
      return await deadLetter(ctx, kind, delivery, "dead", outcome.reason, now);
    case "message-gone":
      await end(ctx, delivery, "suppressed", "the message to correct was deleted");
      return await kind.messageDeleted(ctx, delivery, now);
    case "not-there":
      return await end(ctx, delivery, "suppressed", outcome.reason);
    case "channel-gone":
      return await kind.destinationGone(ctx, delivery, outcome.reason, now);
    case "migrated":
      await kind.destinationMoved(ctx, delivery, outcome.chatId, now);
      if (!(await ctx.db.get("deliveries", delivery._id))?.isOpen) return;
      return await retryAt(ctx, delivery, now, {});
  }
}

/** Telegram knows no nonce, so that a second ambiguous try is the last one. */
function isAmbiguousTwice<Payload>(kind: DeliveryKind<Payload>, delivery: Delivery): boolean {
  const isFirst = delivery.ambiguousAttempts < 1;
  return delivery.platform === "telegram" && !isRepeatable(kind, delivery) && !isFirst;
}

/** Nothing was sent, so that nothing is counted. */
async function noteUnchanged<Payload>(
  ctx: MutationCtx,
  kind: DeliveryKind<Payload>,
  delivery: Delivery,
  now: number,
): Promise<void> {
  await end(ctx, delivery, "suppressed", "it is shown already");
  await kind.unchanged(ctx, delivery, now);
  const chat = await kind.rateLimitedChat(ctx, delivery);
  if (chat) await returnToken(ctx, chat);
}

/** The platform's limit is that of everything in the chat, and no failure of the delivery. */
async function retryLater<Payload>(
  ctx: MutationCtx,
  kind: DeliveryKind<Payload>,
  delivery: Delivery,
  retryAfterMs: number,
  now: number,
): Promise<void> {
  const chat = (await kind.channel(ctx, delivery)) ?? (await kind.rateLimitedChat(ctx, delivery));
  if (chat) await slowDown(ctx, chat, retryAfterMs, now);
  if (isUrgent(delivery) && now + retryAfterMs >= delivery.expiresAt)
    return await deadLetter(ctx, kind, delivery, "dead", "their limit lasts too long", now);
  const attempts = Math.max(0, delivery.attempts - 1);
  await retryAt(ctx, delivery, now + retryAfterMs, { attempts });
}

async function retryOrDeadLetter<Payload>(
  ctx: MutationCtx,
  kind: DeliveryKind<Payload>,
  delivery: Delivery,
  reason: string,
  now: number,
): Promise<void> {
  if (!hasAttemptsLeft(delivery)) return await deadLetter(ctx, kind, delivery, "dead", reason, now);
  const at = now + backoffMs(delivery.attempts, Math.random());
  await retryAt(ctx, delivery, at, { reason });
}

async function retryAt(
  ctx: MutationCtx,
  delivery: Delivery,
  nextAttemptAt: number,
  also: Partial<Delivery>,
): Promise<void> {
  await ctx.db.patch("deliveries", delivery._id, { ...also, state: "pending", nextAttemptAt });
}

/** 2 s, 4 s, 8 s ... at most five minutes, each a quarter more or less. `chance` is 0 to 1. */
export function backoffMs(attempts: number, chance: number): number {
  return Math.min(2 ** attempts * 1000, 300_000) * (0.75 + chance / 2);
}
