import type { MutationCtx } from "../../_generated/server.js";
import type { Delivery, DeliveryKind } from "./kind.ts";
import { end, isUrgent } from "./queue.ts";

// When a delivery is not tried any more.

const maxAttempts = 8;
/** Somebody waits for it just now: another chat is the better try. */
const maxUrgentAttempts = 3;

export function hasAttemptsLeft(delivery: Delivery): boolean {
  return delivery.attempts < (isUrgent(delivery) ? maxUrgentAttempts : maxAttempts);
}

/** Ends a delivery that did not arrive, or may not have. */
export async function deadLetter<Payload>(
  ctx: MutationCtx,
  kind: DeliveryKind<Payload>,
  delivery: Delivery,
  state: "dead" | "ambiguous",
  reason: string,
  now: number,
): Promise<void> {
  await end(ctx, delivery, state, reason);
  await kind.deadLettered(ctx, delivery, now);
}

/** How long Discord surely remembers a nonce; it promises "the past few minutes". */
const nonceMemoryMs = 120_000;

/** Whether sending it twice is the same as sending it once: edits, and some kinds. */
export function isRepeatable<Payload>(kind: DeliveryKind<Payload>, { part }: Delivery): boolean {
  return part !== "message" || kind.isRepeatable;
}

/**
 * Whether an ambiguous delivery may be sent again; null where it may. A row that is still "sending"
 * when its lease has run out belonged to a bot that died between sending and completing. Discord
 * knows the nonce of a message for some minutes, so that the same message can safely be sent again
 * within them. Telegram has no such key: an announcement may repeat once, a message about money may
 * not.
 */
export function ambiguityVerdict<Payload>(
  kind: DeliveryKind<Payload>,
  delivery: Delivery,
  now: number,
) {
  const ambiguous = delivery.ambiguousAttempts + (delivery.state === "sending" ? 1 : 0);
  const maySend =
    delivery.platform === "discord"
      ? ambiguous === 0 || now - (delivery.sendingAt ?? 0) < nonceMemoryMs
      : ambiguous <= (kind.isAboutMoney(delivery) ? 0 : 1);
  if (isRepeatable(kind, delivery) || maySend) return null;
  return { state: "ambiguous", reason: "sent, but never heard back" } as const;
}
