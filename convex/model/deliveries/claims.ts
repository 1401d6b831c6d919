import type { Platform } from "../../../shared/identity.ts";
import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { giveUp } from "./givingUp.ts";
import { end, headOf, refreshOutbox } from "./queue.ts";
import { pacedChatOf } from "./destinations.ts";
import { noteRead } from "./kept.ts";
import { restOf, takeTurn } from "./pace.ts";
import { isAboutMoney, isRepeatable } from "../kinds/repeatable.ts";
import { subjectOf, type Subject } from "../kinds/subjects.ts";

/** How long a bot may hold a message: longer than its longest try to send (see bots/outbox). */
const leaseMs = 20_000;

/** What a lease that begins, or is renewed, at `now` writes into the outbox. */
export function leaseFrom(now: number) {
  return { readyAt: now + leaseMs, heldUntil: now + leaseMs };
}

/** How long Discord surely remembers a nonce; it promises "the past few minutes". */
const nonceMemoryMs = 120_000;

/** How many dead heads of one destination a claim passes over at most. */
const headScan = 20;

/** Everything a bot needs to do one piece of work. */
export type Claimed = { delivery: Doc<"deliveries"> } & Subject;

/**
 * Leases the next message of up to `limit` destinations to the calling bot: at most one for each,
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
 * nonces for some minutes only; then what is urgent. Everything else can wait.
 */
async function ready(ctx: MutationCtx, platform: Platform, limit: number, now: number) {
  const lapsed = await ctx.db
    .query("outboxes")
    .withIndex("by_platform_and_held", (q) =>
      q.eq("platform", platform).gt("heldUntil", 0).lte("heldUntil", now),
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
  const free = others.filter((outbox) => outbox.heldUntil === undefined);
  return [...lapsed, ...free].slice(0, limit);
}

/** Takes hold of the destination's first message that is worth sending; ends those that are not. */
async function nextFor(ctx: MutationCtx, outbox: Doc<"outboxes">, now: number) {
  for (let passed = 0; passed < headScan; passed++) {
    const delivery = await headOf(ctx, outbox.destination);
    if (!delivery || delivery.nextAttemptAt > now) break;
    const chat = await pacedChatOf(ctx, delivery);
    const rest = chat ? await restOf(ctx, chat, now) : 0;
    if (rest > 0) {
      const nextAttemptAt = now + rest + (await patienceOf(ctx, delivery, now));
      await ctx.db.patch("deliveries", delivery._id, { nextAttemptAt });
      break;
    }
    const subject = delivery.expiresAt <= now ? tooLate : await subjectOf(ctx, delivery);
    const verdict = "reason" in subject ? subject : verdictOnUnheard(delivery, now);
    if (verdict) {
      if (verdict.state === "unknown") await giveUp(ctx, delivery, "unknown", verdict.reason, now);
      else await end(ctx, delivery, verdict.state, verdict.reason);
      continue;
    }
    if (!("about" in subject)) continue;
    if (chat) await takeTurn(ctx, chat, now);
    return await lease(ctx, outbox, delivery, subject, now);
  }
  await refreshOutbox(ctx, outbox.destination);
  return null;
}

/**
 * Several boards of a chat wait for its next turn: it is that one's which was shown longest ago, for
 * the others come some milliseconds later. One that always changes does not keep the others waiting.
 */
async function patienceOf(ctx: MutationCtx, { work }: Doc<"deliveries">, now: number) {
  const board = work.do === "board" ? await ctx.db.get("boards", work.boardId) : null;
  const seconds = Math.floor((now - (board?.shownAt ?? 0)) / 1000);
  return Math.max(0, mostPatienceMs - seconds);
}

const mostPatienceMs = 100;

const tooLate = { state: "suppressed", reason: "too late" } as const;

/**
 * A row that is still "sending" when its lease has run out belonged to a bot that died between
 * sending and settling; `unheard` counts tries without an answer. Discord knows the nonce of a
 * message for some minutes, so the same message can safely be sent again within them. Telegram has
 * no such key: an announcement may repeat once, a word about money may not.
 */
export function verdictOnUnheard(delivery: Doc<"deliveries">, now: number) {
  const unheard = delivery.unheard + (delivery.state === "sending" ? 1 : 0);
  const maySend =
    delivery.platform === "discord"
      ? unheard === 0 || now - (delivery.sendingAt ?? 0) < nonceMemoryMs
      : unheard <= (isAboutMoney(delivery) ? 0 : 1);
  if (isRepeatable(delivery) || maySend) return null;
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
  // What a role delivery was claimed for is what its outcome will be about.
  const { about } = subject;
  const work =
    delivery.work.do === "role" && about.do === "role"
      ? { ...delivery.work, isGranted: about.isGranted }
      : delivery.work;
  await ctx.db.patch("deliveries", delivery._id, { ...held, work });
  await ctx.db.patch("outboxes", outbox._id, leaseFrom(now));
  await noteRead(ctx, work);
  return { delivery: { ...delivery, ...held, work }, ...subject };
}
