import type { Platform } from "../../../shared/identity.ts";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { boardDeleted, boardDoubted, boardSettled, boardShown } from "../live/boards.ts";
import {
  mirrorDeleted,
  mirrorDone,
  mirrorsBarred,
  mirrorSettled,
} from "../events/mirrorSettled.ts";
import { moveChat, switchOff } from "../live/chatChanges.ts";
import { channelOf, pacedChatOf } from "./destinations.ts";
import { giveBack, noteStrain } from "./pace.ts";
import { keptPart } from "./kept.ts";
import { leaseFrom, verdictOnUnheard } from "./claims.ts";
import { accountOf, attemptsFor, giveUp } from "./givingUp.ts";
import { end, isUrgent, outboxOf, refreshOutbox } from "./queue.ts";
import type { Outcome } from "./outcome.ts";
import { noteRole } from "../people/memberRoles.ts";
import { tellElsewhere } from "../people/notices.ts";
import { isRepeatable } from "../kinds/repeatable.ts";

/** 2 s, 4 s, 8 s ... at most five minutes, each a quarter more or less. `chance` is 0 to 1. */
export function backoff(attempts: number, chance: number): number {
  return Math.min(2 ** attempts * 1000, 300_000) * (0.75 + chance / 2);
}

/**
 * The delivery, if the calling bot still holds it under this fence. One that was settled already is
 * held by nobody: a bot that never got its answer says the same word again.
 */
async function held(
  ctx: MutationCtx,
  platform: Platform,
  deliveryId: Id<"deliveries">,
  fence: number,
) {
  const delivery = await ctx.db.get("deliveries", deliveryId);
  if (delivery?.platform !== platform || delivery.fence !== fence) return null;
  return delivery.state === "leased" || delivery.state === "sending" ? delivery : null;
}

/**
 * Says that sending begins now, and renews the lease. False: the message is no longer this bot's,
 * do not send. Between this and `settle` the message is ambiguous should the bot die.
 */
export async function begin(
  ctx: MutationCtx,
  platform: Platform,
  { deliveryId, fence }: { deliveryId: Id<"deliveries">; fence: number },
  now: number,
): Promise<boolean> {
  const delivery = await held(ctx, platform, deliveryId, fence);
  if (delivery?.state !== "leased") return false;
  // Nobody else asked for it since the lease ran out, but by now it may be too late.
  if (delivery.expiresAt <= now || verdictOnUnheard(delivery, now)) return false;
  // The first try without an answer counts: Discord's memory of a nonce begins there.
  const sendingAt = delivery.unheard > 0 ? (delivery.sendingAt ?? now) : now;
  const attempts = delivery.attempts + 1;
  await ctx.db.patch("deliveries", deliveryId, { state: "sending", sendingAt, attempts });
  const outbox = await outboxOf(ctx, delivery.destination);
  if (outbox) await ctx.db.patch("outboxes", outbox._id, leaseFrom(now));
  return true;
}

/**
 * Writes down what became of a try. A word that comes after the lease was lost changes nothing, but
 * that a board may show what is old.
 */
export async function settle(
  ctx: MutationCtx,
  platform: Platform,
  { deliveryId, fence }: { deliveryId: Id<"deliveries">; fence: number },
  result: Outcome,
  now: number,
): Promise<void> {
  const delivery = await held(ctx, platform, deliveryId, fence);
  if (!delivery) return await noteLate(ctx, { deliveryId, fence }, result, now);
  await apply(ctx, delivery, result, now);
  if (delivery.work.do === "board") await boardSettled(ctx, delivery.work.boardId, now);
  if (delivery.work.do === "mirror") await mirrorSettled(ctx, delivery.work.mirrorId, now);
  await refreshOutbox(ctx, delivery.destination);
}

/** A bot that had lost its lease has edited a board, perhaps after the one that came in its place. */
async function noteLate(
  ctx: MutationCtx,
  { deliveryId, fence }: { deliveryId: Id<"deliveries">; fence: number },
  { kind }: Outcome,
  now: number,
): Promise<void> {
  const late = await ctx.db.get("deliveries", deliveryId);
  const isEdited = late?.part === keptPart && (kind === "sent" || kind === "unheard");
  if (isEdited && late.work.do === "board" && fence < late.fence)
    await boardDoubted(ctx, late.work.boardId, now);
}

async function apply(
  ctx: MutationCtx,
  delivery: Doc<"deliveries">,
  result: Outcome,
  now: number,
): Promise<void> {
  switch (result.kind) {
    case "sent":
      await ctx.db.patch("deliveries", delivery._id, {
        state: "sent",
        isOpen: false,
        sentAt: now,
        messageId: result.messageId,
      });
      return await noteDone(ctx, delivery, result, now);
    case "unchanged":
      await end(ctx, delivery, "suppressed", "it is shown already");
      return await noteUnchanged(ctx, delivery, now);
    case "later":
      await noteLimit(ctx, delivery, result.retryAfterMs, now);
      if (isUrgent(delivery) && now + result.retryAfterMs >= delivery.expiresAt)
        return await giveUp(ctx, delivery, "dead", "their limit lasts too long", now);
      // Their limit, not a failure of the message: it does not count as an attempt.
      return await retryAt(ctx, delivery, now + result.retryAfterMs, {
        attempts: Math.max(0, delivery.attempts - 1),
      });
    case "unsent":
      return await retryOrGiveUp(ctx, delivery, result.reason, now);
    case "unheard":
      if (delivery.platform === "telegram" && !isRepeatable(delivery) && delivery.unheard >= 1)
        return await giveUp(ctx, delivery, "unknown", result.reason, now);
      await ctx.db.patch("deliveries", delivery._id, { unheard: delivery.unheard + 1 });
      return await retryOrGiveUp(ctx, delivery, result.reason, now);
    case "refused":
      return await giveUp(ctx, delivery, "dead", result.reason, now);
    case "message-gone":
      await end(ctx, delivery, "suppressed", "the message to correct was deleted");
      return await noteDeleted(ctx, delivery, now);
    case "not-there":
      return await end(ctx, delivery, "suppressed", result.reason);
    case "channel-gone":
      return await gone(ctx, delivery, result.reason, now);
    case "migrated":
      await moveChat(ctx, platformChat(await channelOf(ctx, delivery)), result.chatId, now);
      if (!(await ctx.db.get("deliveries", delivery._id))?.isOpen) return;
      return await retryAt(ctx, delivery, now, {});
  }
}

async function noteDone(
  ctx: MutationCtx,
  delivery: Doc<"deliveries">,
  { messageId, hash }: Extract<Outcome, { kind: "sent" }>,
  now: number,
) {
  const { work } = delivery;
  if (work.do === "board") {
    const shown = { messageId, hash, isEdit: delivery.part !== "message" };
    return await boardShown(ctx, work.boardId, shown, now);
  }
  if (work.do === "mirror") return await mirrorDone(ctx, work.mirrorId, { messageId, hash });
  if (work.do !== "role" || work.isGranted === undefined) return;
  const account = await accountOf(ctx, delivery);
  if (account) await noteRole(ctx, account, work.orgId, work.isGranted);
}

/** Nothing was sent, so that nothing is counted. */
async function noteUnchanged(ctx: MutationCtx, delivery: Doc<"deliveries">, now: number) {
  const { work } = delivery;
  if (work.do === "board") await boardShown(ctx, work.boardId, { isEdit: false }, now);
  const chat = await pacedChatOf(ctx, delivery);
  if (chat) await giveBack(ctx, chat);
}

/** A chat's limit is every board's in it, whatever it was that met it. */
async function noteLimit(
  ctx: MutationCtx,
  delivery: Doc<"deliveries">,
  retryAfterMs: number,
  now: number,
) {
  const chat = (await channelOf(ctx, delivery)) ?? (await pacedChatOf(ctx, delivery));
  if (chat) await noteStrain(ctx, chat, retryAfterMs, now);
}

async function noteDeleted(ctx: MutationCtx, { work }: Doc<"deliveries">, now: number) {
  const board = work.do === "board" ? await ctx.db.get("boards", work.boardId) : null;
  if (board) await boardDeleted(ctx, board, now);
  if (work.do === "mirror") await mirrorDeleted(ctx, work.mirrorId);
}

/** A channel goes off; a person who blocked the bot is told elsewhere what can be told elsewhere. */
async function gone(ctx: MutationCtx, delivery: Doc<"deliveries">, reason: string, now: number) {
  if (delivery.work.do === "mirror")
    return await mirrorsBarred(ctx, delivery.work.mirrorId, reason);
  const channel = await channelOf(ctx, delivery);
  if (channel) return await switchOff(ctx, channel._id, reason, now);
  await end(ctx, delivery, "dead", reason);
  const account = await accountOf(ctx, delivery);
  if (account) await tellElsewhere(ctx, delivery, account, now);
}

async function retryOrGiveUp(
  ctx: MutationCtx,
  delivery: Doc<"deliveries">,
  reason: string,
  now: number,
) {
  if (delivery.attempts >= attemptsFor(delivery))
    return await giveUp(ctx, delivery, "dead", reason, now);
  return await retryAt(ctx, delivery, now + backoff(delivery.attempts, Math.random()), { reason });
}

async function retryAt(
  ctx: MutationCtx,
  delivery: Doc<"deliveries">,
  at: number,
  also: Partial<Doc<"deliveries">>,
) {
  await ctx.db.patch("deliveries", delivery._id, { ...also, state: "pending", nextAttemptAt: at });
}

function platformChat(channel: Doc<"channels"> | null) {
  return channel ? { platform: channel.platform, chatId: channel.chatId } : null;
}
