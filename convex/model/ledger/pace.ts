import type { Platform } from "../../../shared/identity.ts";
import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";

// How often messages that are kept true may change in one chat. Telegram lets a bot send and edit
// some twenty messages a minute in a group, Discord five in five seconds in a channel; what people
// are answered and told needs some of that. A bucket of tokens for each chat, whatever stands there.

type Chat = { platform: Platform; chatId: string };

/** So many at once, and then one each `gapMs`. */
const paces = {
  telegram: { burst: 2, gapMs: 4_000 },
  discord: { burst: 3, gapMs: 1_500 },
} as const satisfies Record<Platform, { burst: number; gapMs: number }>;

/** How long a chat that said "not now" gets half as many. */
const strainMs = 10 * 60_000;

/** Takes a chat's turn: 0, or how many milliseconds it must be left in peace first. */
export async function takeTurn(ctx: MutationCtx, chat: Chat, now: number): Promise<number> {
  const known = await paceOf(ctx, chat);
  const { burst, gapMs } = paces[chat.platform];
  const gap = (known?.strainedUntil ?? 0) > now ? 2 * gapMs : gapMs;
  const fullAt = Math.max(known?.fullAt ?? 0, now) + gap;
  const rest = fullAt - now - burst * gap;
  if (rest > 0) return rest;
  if (known) await ctx.db.patch("chatPaces", known._id, { fullAt });
  else await ctx.db.insert("chatPaces", { ...chat, fullAt });
  return 0;
}

/** The platform said "not now": nothing is left in the bucket, and it fills half as fast. */
export async function noteStrain(
  ctx: MutationCtx,
  chat: Chat,
  retryAfterMs: number,
  now: number,
): Promise<void> {
  const known = await paceOf(ctx, chat);
  const { burst, gapMs } = paces[chat.platform];
  const strained = {
    // The first turn is free again when the platform said.
    fullAt: now + retryAfterMs + (burst - 1) * 2 * gapMs,
    strainedUntil: now + retryAfterMs + strainMs,
  };
  if (known) await ctx.db.patch("chatPaces", known._id, strained);
  else await ctx.db.insert("chatPaces", { ...chat, ...strained });
}

async function paceOf(ctx: MutationCtx, chat: Chat): Promise<Doc<"chatPaces"> | null> {
  return await ctx.db
    .query("chatPaces")
    .withIndex("by_chat", (q) => q.eq("platform", chat.platform).eq("chatId", chat.chatId))
    .unique();
}
