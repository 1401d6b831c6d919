import type { Platform } from "../../shared/identity.ts";
import type { Doc } from "../_generated/dataModel.js";
import type { MutationCtx } from "../_generated/server.js";
import { end, headOf, refreshOutbox } from "./ledger.ts";

/** How long a bot may hold a message: longer than its longest try to send (see bots/outbox). */
const leaseMs = 20_000;

/** What a lease that begins, or is renewed, at `now` writes into the outbox. */
export function leaseFrom(now: number) {
  return { readyAt: now + leaseMs, heldUntil: now + leaseMs };
}

/** How long Discord surely remembers a nonce; it promises "the past few minutes". */
const nonceMemoryMs = 120_000;

/** How many dead heads of one channel a claim passes over at most. */
const headScan = 20;

/** Everything a bot needs to render and send one message. */
export type Claimed = {
  delivery: Doc<"deliveries">;
  channel: Doc<"channels">;
  announcement: Doc<"announcements">;
  /** The event as it is now; absent for digests and agendas. */
  event: Doc<"events"> | null;
  /** For an edit: the message to change. */
  messageId?: string;
};

/**
 * Leases the next message of up to `limit` channels to the calling bot: at most one per channel,
 * the oldest first. Two bots that ask at once get different ones, because a claim moves the
 * outbox's `readyAt` to the end of its lease; a bot that dies lets it run out.
 */
export async function claim(
  ctx: MutationCtx,
  platform: Platform,
  limit: number,
  now: number,
): Promise<Claimed[]> {
  const claimed: Claimed[] = [];
  for (const outbox of await ready(ctx, platform, limit, now)) {
    const next = await nextFor(ctx, outbox, now);
    if (next) claimed.push(next);
  }
  return claimed;
}

/**
 * The outboxes that are worth looking at. Those whose bot has died go first: Discord knows their
 * nonces for some minutes only, and everything else can wait.
 */
async function ready(ctx: MutationCtx, platform: Platform, limit: number, now: number) {
  const lapsed = await ctx.db
    .query("outboxes")
    .withIndex("by_platform_and_held", (q) =>
      q.eq("platform", platform).gt("heldUntil", 0).lte("heldUntil", now),
    )
    .take(limit);
  const others = await ctx.db
    .query("outboxes")
    .withIndex("by_platform_and_ready", (q) => q.eq("platform", platform).lte("readyAt", now))
    .take(limit);
  const free = others.filter((outbox) => outbox.heldUntil === undefined);
  return [...lapsed, ...free].slice(0, limit);
}

/** Takes hold of the channel's first message that is worth sending; ends those that are not. */
async function nextFor(ctx: MutationCtx, outbox: Doc<"outboxes">, now: number) {
  for (let passed = 0; passed < headScan; passed++) {
    const delivery = await headOf(ctx, outbox.channelId);
    if (!delivery || delivery.nextAttemptAt > now) break;
    const subject = await subjectOf(ctx, delivery);
    if (typeof subject === "string") {
      await end(ctx, delivery, "cancelled", subject);
      continue;
    }
    const verdict = verdictOn(delivery, subject, now);
    if (verdict) {
      await end(ctx, delivery, verdict.state, verdict.reason);
      continue;
    }
    return await lease(ctx, outbox, delivery, subject, now);
  }
  await refreshOutbox(ctx, outbox.channelId);
  return null;
}

type Subject = Omit<Claimed, "delivery">;

async function subjectOf(ctx: MutationCtx, delivery: Doc<"deliveries">): Promise<Subject | string> {
  const channel = await ctx.db.get("channels", delivery.channelId);
  const announcement = await ctx.db.get("announcements", delivery.announcementId);
  if (!channel?.isOn) return channel?.offReason ?? "the channel is off";
  if (!announcement) return "the announcement is gone";
  const event = announcement.eventId ? await ctx.db.get("events", announcement.eventId) : null;
  if (delivery.part === "message") return { channel, announcement, event };
  const sent = await ctx.db
    .query("deliveries")
    .withIndex("by_key", (q) => q.eq("key", `${announcement.topic}|${channel._id}|message`))
    .unique();
  if (!sent?.messageId) return "the message to correct was not sent";
  return { channel, announcement, event, messageId: sent.messageId };
}

/** Why a message is not worth sending any more, or must not be sent again; null when it is. */
function verdictOn(delivery: Doc<"deliveries">, { announcement, event }: Subject, now: number) {
  if (delivery.expiresAt <= now) return { state: "suppressed", reason: "too late" } as const;
  const { kind, moves } = announcement;
  const superseded =
    event !== null &&
    ((kind !== "cancelled" && (event.status === "cancelled" || !event.isPublished)) ||
      ((kind === "moved" || kind === "reminder") && event.moves > moves) ||
      (kind === "cancelled" && event.status !== "cancelled"));
  if (superseded) return { state: "suppressed", reason: "superseded" } as const;
  return verdictOnUnheard(delivery, now);
}

/**
 * A row that is still "sending" when its lease has run out belonged to a bot that died between
 * sending and settling; `unheard` counts tries without an answer. Discord knows the nonce of a
 * message for some minutes, so the same message can safely be sent again within them. Telegram has
 * no such key: an announcement may repeat once.
 */
export function verdictOnUnheard(delivery: Doc<"deliveries">, now: number) {
  const unheard = delivery.unheard + (delivery.state === "sending" ? 1 : 0);
  const isEdit = delivery.part !== "message";
  const maySend =
    delivery.platform === "discord"
      ? unheard === 0 || now - (delivery.sendingAt ?? 0) < nonceMemoryMs
      : unheard <= 1;
  if (isEdit || maySend) return null;
  return { state: "unknown", reason: "sent, but never heard back" } as const;
}

async function lease(
  ctx: MutationCtx,
  outbox: Doc<"outboxes">,
  delivery: Doc<"deliveries">,
  subject: Subject,
  now: number,
): Promise<Claimed> {
  const held = {
    state: "leased" as const,
    fence: delivery.fence + 1,
    nextAttemptAt: now,
    unheard: delivery.unheard + (delivery.state === "sending" ? 1 : 0),
  };
  await ctx.db.patch("deliveries", delivery._id, held);
  await ctx.db.patch("outboxes", outbox._id, leaseFrom(now));
  return { delivery: { ...delivery, ...held }, ...subject };
}
