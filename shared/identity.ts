/** The two chat platforms, in the words that stand in rows, tokens and `ADMIN_CHAT_IDS`. */
export const platforms = ["telegram", "discord"] as const;
export type Platform = (typeof platforms)[number];

/** What both sides must agree on for a bot's token to be believed (`convex/auth.config.ts`). */
export const botTokens = { issuer: "https://bots.plaza.chat", audience: "plaza" } as const;

/** The subject of a bot's own token: `bot:telegram`. */
export function botSubject(platform: Platform): string {
  return `bot:${platform}`;
}

/** The subject of a person's token, and the form of an entry of `ADMIN_CHAT_IDS`: `telegram:123`. */
export function chatSubject(platform: Platform, platformUserId: string): string {
  return `${platform}:${platformUserId}`;
}

/** Reads a subject back. Nothing else than the two forms above is a subject. */
export function parseSubject(
  subject: string,
):
  | { kind: "bot"; platform: Platform }
  | { kind: "chat"; platform: Platform; platformUserId: string }
  | null {
  const [head, tail, ...rest] = subject.split(":");
  if (!head || !tail || rest.length > 0) return null;
  const bot = platforms.find((platform) => platform === tail);
  if (head === "bot") return bot ? { kind: "bot", platform: bot } : null;
  const platform = platforms.find((name) => name === head);
  return platform ? { kind: "chat", platform, platformUserId: tail } : null;
}

/** What a person is to the community: what they may do follows from it, in Convex alone. */
export const accessLevels = [
  "stranger",
  "incomplete",
  "pending",
  "member",
  "moderator",
  "admin",
  "suspended",
  "banned",
] as const;
export type AccessLevel = (typeof accessLevels)[number];
