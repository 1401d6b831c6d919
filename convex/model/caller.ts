import type { Auth } from "convex/server";
import { botTokens, parseSubject, type Platform } from "../../shared/identity.ts";
import { variable } from "../external/environment.ts";
import { refusal } from "./refusal.ts";

// The only file that reads who is calling. The token says which chat account (or bot) it is;
// what it may do is decided here.

export type Role = "stranger" | "admin";
export type ChatCaller = { platform: Platform; platformUserId: string; role: Role };
export type BotCaller = { platform: Platform };

async function subject(ctx: { auth: Auth }) {
  const identity = await ctx.auth.getUserIdentity();
  return identity?.issuer === botTokens.issuer ? parseSubject(identity.subject) : null;
}

function roleOf(platform: Platform, platformUserId: string): Role {
  const admins = (variable("ADMIN_CHAT_IDS") ?? "").split(",").map((entry) => entry.trim());
  return admins.includes(`${platform}:${platformUserId}`) ? "admin" : "stranger";
}

/** The chat account that calls; refuses bots and callers without a token. */
export async function requireChatAccount(ctx: { auth: Auth }): Promise<ChatCaller> {
  const who = await subject(ctx);
  if (who?.kind !== "chat") throw refusal("not-signed-in");
  return {
    platform: who.platform,
    platformUserId: who.platformUserId,
    role: roleOf(who.platform, who.platformUserId),
  };
}

/** Like `requireChatAccount`, for admins only. */
export async function requireAdmin(ctx: { auth: Auth }): Promise<ChatCaller> {
  const caller = await requireChatAccount(ctx);
  if (caller.role !== "admin") throw refusal("admins-only");
  return caller;
}

/** The bot itself, by its own token and not in a person's name. */
export async function requireBot(ctx: { auth: Auth }): Promise<BotCaller> {
  const who = await subject(ctx);
  if (who?.kind !== "bot") throw refusal("bots-only");
  return { platform: who.platform };
}
