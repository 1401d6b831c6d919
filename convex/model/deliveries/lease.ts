import type { Platform } from "../../../shared/identity.ts";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { ambiguityVerdict, deadLetter } from "./deadLetter.ts";
import type { Addressee, Delivery, DeliveryKind, DeliveryKinds, SentMessage } from "./kind.ts";
import { end, headOf, outboxOf, refreshOutbox } from "./queue.ts";
import { delayUntilAllowed, takeToken } from "./rateLimit.ts";

// Handing deliveries to bots. Two bots that ask at once get different ones, because a lease moves
// the outbox's `readyAt` to its end; the lease of a bot that died runs out.

/** How long a bot may hold a delivery: longer than its longest try to send (see `bots/outbox.ts`). */
const leaseMs = 20_000;

/** What a lease that begins, or is renewed, at `now` writes into the outbox. */
function leaseFrom(now: number) {
  return { readyAt: now + leaseMs, leasedUntil: now + leaseMs };
}

/** How many obsolete heads of one destination a lease passes over at most. */
const maxHeads = 20;

/** Everything a bot needs for one delivery. */
export type Leased<Payload> = SentMessage & {
  delivery: Delivery;
  to: Addressee & { timezone: string };
  payload: Payload;
};

/**
 * Leases the next delivery of up to `limit` destinations to the calling bot: at most one for each,
 * the oldest first.
 */
export async function lease<Payload extends object>(
  ctx: MutationCtx,
  kinds: DeliveryKinds<Payload>,
  platform: Platform,
  limit: number,
  now: number,
): Promise<Leased<Payload>[]> {
  const leased: Leased<Payload>[] = [];
  for (const outbox of await ready(ctx, platform, limit, now)) {
    const next = await nextFor(ctx, kinds, outbox, now);
    if (next) leased.push(next);
  }
  return leased;
}

/**
 * The outboxes that are worth looking at. Those whose bot has died go first: Discord knows their
 * nonces for some minutes only; then what is urgent. Everything else can wait.
 */
async function ready(ctx: MutationCtx, platform: Platform, limit: number, now: number) {
  const lapsed = await ctx.db
    .query("outboxes")
    .withIndex("by_platform_and_leased", (q) =>
      q.eq("platform", platform).gt("leasedUntil", 0).lte("leasedUntil", now),
    )
    .take(limit);
  const waiting = async (isUrgent: boolean) =>
    await ctx.db
      .query("outboxes")
      .withIndex("by_platform_and_urgent_and_ready", (q) =>
        q.eq("platform", platform).eq("isUrgent", isUrgent).lte("readyAt", now),
      )
      .take(limit);
  const others = [...(await waiting(true)), ...(await waiting(false))];
  const free = others.filter((outbox) => outbox.leasedUntil === undefined);
  return [...lapsed, ...free].slice(0, limit);
}

/** Leases the destination's first delivery that is worth sending; ends those that are not. */
async function nextFor<Payload extends object>(
  ctx: MutationCtx,
  kinds: DeliveryKinds<Payload>,
  outbox: Doc<"outboxes">,
  now: number,
): Promise<Leased<Payload> | null> {
  for (let passed = 0; passed < maxHeads; passed++) {
    const delivery = await headOf(ctx, outbox.destination);
    if (!delivery || delivery.nextAttemptAt > now) break;
    const kind = kinds(delivery);
    const chat = await kind.rateLimitedChat(ctx, delivery);
    const delayMs = chat ? await delayUntilAllowed(ctx, chat, now) : 0;
    if (delayMs > 0) {
      const nextAttemptAt = now + delayMs + (await kind.politenessMs(ctx, delivery, now));
      await ctx.db.patch("deliveries", delivery._id, { nextAttemptAt });
      break;
    }
    const loaded = delivery.expiresAt <= now ? tooLate : await load(ctx, kind, delivery, now);
    if ("reason" in loaded) {
      await end(ctx, delivery, loaded.state, loaded.reason);
      continue;
    }
    const verdict = ambiguityVerdict(kind, delivery, now);
    if (verdict) {
      await deadLetter(ctx, kind, delivery, verdict.state, verdict.reason, now);
      continue;
    }
    if (chat) await takeToken(ctx, chat, now);
    return await leaseOne(ctx, kind, outbox, delivery, loaded, now);
  }
  await refreshOutbox(ctx, outbox.destination);
  return null;
}

const tooLate = { state: "suppressed", reason: "too late" } as const;

async function load<Payload extends object>(
  ctx: MutationCtx,
  kind: DeliveryKind<Payload>,
  delivery: Delivery,
  now: number,
) {
  const addressee = await kind.addressee(ctx, delivery);
  if ("reason" in addressee) return addressee;
  const payload = await kind.load(ctx, delivery, now);
  if ("reason" in payload && "state" in payload) return payload;
  const edited = await kind.edited(ctx, delivery);
  if ("reason" in edited) return edited;
  const timezone = addressee.timezone ?? kind.timezone(payload);
  return { to: { ...addressee, timezone }, payload, ...edited };
}

async function leaseOne<Payload>(
  ctx: MutationCtx,
  kind: DeliveryKind<Payload>,
  outbox: Doc<"outboxes">,
  delivery: Delivery,
  loaded: Omit<Leased<Payload>, "delivery">,
  now: number,
): Promise<Leased<Payload>> {
  const held = {
    state: "leased" as const,
    fencingToken: delivery.fencingToken + 1,
    nextAttemptAt: now,
    ambiguousAttempts: delivery.ambiguousAttempts + (delivery.state === "sending" ? 1 : 0),
    task: await kind.leased(ctx, delivery, loaded.payload),
  };
  await ctx.db.patch("deliveries", delivery._id, held);
  await ctx.db.patch("outboxes", outbox._id, leaseFrom(now));
  return { ...loaded, delivery: { ...delivery, ...held } };
}

export type LeaseRef = { deliveryId: Id<"deliveries">; fencingToken: number };

/**
 * The delivery, if the calling bot still holds it with this fencing token. One that was completed
 * already is held by nobody: a bot that never got its answer completes it a second time.
 */
export async function heldDelivery(
  ctx: MutationCtx,
  platform: Platform,
  { deliveryId, fencingToken }: LeaseRef,
): Promise<Delivery | null> {
  const delivery = await ctx.db.get("deliveries", deliveryId);
  if (delivery?.platform !== platform || delivery.fencingToken !== fencingToken) return null;
  return delivery.state === "leased" || delivery.state === "sending" ? delivery : null;
}

/**
 * Notes that sending begins now, and renews the lease. False: the bot does not hold it any more and
 * must not send. Between this and `complete` it is ambiguous should the bot die.
 */
export async function markSending<Payload>(
  ctx: MutationCtx,
  kinds: DeliveryKinds<Payload>,
  platform: Platform,
  ref: LeaseRef,
  now: number,
): Promise<boolean> {
  const delivery = await heldDelivery(ctx, platform, ref);
  if (delivery?.state !== "leased") return false;
  // Nobody else has leased it since its lease ran out, but by now it may be too late.
  if (delivery.expiresAt <= now || ambiguityVerdict(kinds(delivery), delivery, now)) return false;
  // The first ambiguous try counts: Discord's memory of a nonce begins there.
  const sendingAt = delivery.ambiguousAttempts > 0 ? (delivery.sendingAt ?? now) : now;
  const attempts = delivery.attempts + 1;
  await ctx.db.patch("deliveries", delivery._id, { state: "sending", sendingAt, attempts });
  const outbox = await outboxOf(ctx, delivery.destination);
  if (outbox) await ctx.db.patch("outboxes", outbox._id, leaseFrom(now));
  return true;
}
