import type { Platform } from "../../../shared/identity.ts";
import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import type { Chat } from "./kind.ts";

// How often synced messages may change in one chat: a token bucket for each chat, stored as the
// moment at which it is full again. Telegram lets a bot send and edit some twenty messages a minute
// in a group, Discord change five in five seconds in a channel; replies and notices need some of
// those. https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
// https://discord.com/developers/docs/topics/rate-limits

/** `burst` at once, then one each `gapMs`: 14 in any minute on Telegram, 4 in 5 s on Discord. */
const buckets = {
  telegram: { burst: 1, gapMs: 4_500 },
  discord: { burst: 2, gapMs: 2_000 },
} as const satisfies Record<Platform, { burst: number; gapMs: number }>;

/** How long a chat in which the platform's limit was met gets half as many tokens. */
const slowedMs = 10 * 60_000;

/** How many milliseconds a chat has to wait for its next token; 0 where it has one. */
export async function delayUntilAllowed(
  ctx: MutationCtx,
  chat: Chat,
  now: number,
): Promise<number> {
  const { burst } = buckets[chat.platform];
  const known = await bucketOf(ctx, chat);
  const gapMs = gapOf(chat, known, now);
  return Math.max(0, (known?.fullAt ?? 0) - now - (burst - 1) * gapMs);
}

export async function takeToken(ctx: MutationCtx, chat: Chat, now: number): Promise<void> {
  const known = await bucketOf(ctx, chat);
  const fullAt = Math.max(known?.fullAt ?? 0, now) + gapOf(chat, known, now);
  const { platform, chatId } = chat;
  if (known) await ctx.db.patch("chatRateLimits", known._id, { fullAt });
  else await ctx.db.insert("chatRateLimits", { platform, chatId, fullAt });
}

/** Gives a token back: nothing was sent. */
export async function returnToken(ctx: MutationCtx, chat: Chat): Promise<void> {
  const known = await bucketOf(ctx, chat);
  if (!known) return;
  const fullAt = known.fullAt - buckets[chat.platform].gapMs;
  await ctx.db.patch("chatRateLimits", known._id, { fullAt });
}

/** The platform's own limit was met: the bucket is empty, and fills half as fast for ten minutes. */
export async function slowDown(
  ctx: MutationCtx,
  chat: Chat,
  retryAfterMs: number,
  now: number,
): Promise<void> {
  const known = await bucketOf(ctx, chat);
  const { platform, chatId } = chat;
  const { burst, gapMs } = buckets[platform];
  const slowed = {
    // The first token is there at the moment that the platform named.
    fullAt: now + retryAfterMs + (burst - 1) * 2 * gapMs,
    slowedUntil: now + retryAfterMs + slowedMs,
  };
  if (known) await ctx.db.patch("chatRateLimits", known._id, slowed);
  else await ctx.db.insert("chatRateLimits", { platform, chatId, ...slowed });
}

function gapOf({ platform }: Chat, known: Doc<"chatRateLimits"> | null, now: number): number {
  const { gapMs } = buckets[platform];
  return (known?.slowedUntil ?? 0) > now ? 2 * gapMs : gapMs;
}

async function bucketOf(ctx: MutationCtx, chat: Chat): Promise<Doc<"chatRateLimits"> | null> {
  return await ctx.db
    .query("chatRateLimits")
    .withIndex("by_chat", (q) => q.eq("platform", chat.platform).eq("chatId", chat.chatId))
    .unique();
}
