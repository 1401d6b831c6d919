import type { Platform } from "../../../shared/identity.ts";
import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";

// How often messages that are kept true may change in one chat. Telegram lets a bot send and edit
// some twenty messages a minute in a group, Discord change five in five seconds in a channel; what
// people are answered and told needs some of that. A bucket of tokens for each chat, whatever stands
// there, kept as the one moment at which it is full again.

type Chat = { platform: Platform; chatId: string };

/** So many at once, and then one each `gapMs`: 14 in any minute on Telegram, 4 in 5 s on Discord. */
const paces = {
  telegram: { burst: 1, gapMs: 4_500 },
  discord: { burst: 2, gapMs: 2_000 },
} as const satisfies Record<Platform, { burst: number; gapMs: number }>;

/** How long a chat that said "not now" gets half as many. */
const strainMs = 10 * 60_000;

/** How many milliseconds a chat must be left in peace; 0 where it may change now. */
export async function restOf(ctx: MutationCtx, chat: Chat, now: number): Promise<number> {
  const { burst } = paces[chat.platform];
  const known = await paceOf(ctx, chat);
  const gap = gapOf(chat, known, now);
  return Math.max(0, (known?.fullAt ?? 0) - now - (burst - 1) * gap);
}

/** Takes a chat's turn, one token of its bucket. */
export async function takeTurn(ctx: MutationCtx, chat: Chat, now: number): Promise<void> {
  const known = await paceOf(ctx, chat);
  const fullAt = Math.max(known?.fullAt ?? 0, now) + gapOf(chat, known, now);
  const { platform, chatId } = chat;
  if (known) await ctx.db.patch("chatPaces", known._id, { fullAt });
  else await ctx.db.insert("chatPaces", { platform, chatId, fullAt });
}

/** A turn that was taken was not needed: what is shown there renders the same. */
export async function giveBack(ctx: MutationCtx, chat: Chat): Promise<void> {
  const known = await paceOf(ctx, chat);
  if (!known) return;
  const fullAt = known.fullAt - paces[chat.platform].gapMs;
  await ctx.db.patch("chatPaces", known._id, { fullAt });
}

/** The platform said "not now": nothing is left in the bucket, and it fills half as fast. */
export async function noteStrain(
  ctx: MutationCtx,
  chat: Chat,
  retryAfterMs: number,
  now: number,
): Promise<void> {
  const known = await paceOf(ctx, chat);
  const { platform, chatId } = chat;
  const { burst, gapMs } = paces[platform];
  const strained = {
    // The first turn is free again when the platform said.
    fullAt: now + retryAfterMs + (burst - 1) * 2 * gapMs,
    strainedUntil: now + retryAfterMs + strainMs,
  };
  if (known) await ctx.db.patch("chatPaces", known._id, strained);
  else await ctx.db.insert("chatPaces", { platform, chatId, ...strained });
}

function gapOf({ platform }: Chat, known: Doc<"chatPaces"> | null, now: number): number {
  const { gapMs } = paces[platform];
  return (known?.strainedUntil ?? 0) > now ? 2 * gapMs : gapMs;
}

async function paceOf(ctx: MutationCtx, chat: Chat): Promise<Doc<"chatPaces"> | null> {
  return await ctx.db
    .query("chatPaces")
    .withIndex("by_chat", (q) => q.eq("platform", chat.platform).eq("chatId", chat.chatId))
    .unique();
}
