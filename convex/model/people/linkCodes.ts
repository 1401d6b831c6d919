import { markOf } from "../../../shared/linkCode.ts";
import type { RefusalCode } from "../../../shared/refusals.ts";
import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { type ChatIdentity, type Introduced, introduced } from "../callers/chatAccounts.ts";

// One-time codes for linking. Only their hashes reach the database.

const lifeMs = 10 * 60 * 1000;
/** Codes read per chat account: five an hour at most, kept for little more than an hour. */
const maxCodes = 20;

/** Stores a chat account's new code and revokes the previous one. */
export async function storeCode(
  ctx: MutationCtx,
  { platform, platformUserId }: ChatIdentity,
  hash: string,
  who: Introduced,
  now: number,
): Promise<void> {
  for (const code of await codesOf(ctx, { platform, platformUserId }))
    if (!whyClosed(code, now)) await ctx.db.patch("linkCodes", code._id, { expiresAt: now });
  const { displayName: name, handle } = introduced(who);
  const code = { hash, platform, platformUserId, name, expiresAt: now + lifeMs };
  await ctx.db.insert("linkCodes", { ...code, ...(handle !== undefined && { handle }) });
}

async function codesOf(
  ctx: Pick<QueryCtx, "db">,
  { platform, platformUserId }: ChatIdentity,
): Promise<Doc<"linkCodes">[]> {
  return await ctx.db
    .query("linkCodes")
    .withIndex("by_account", (q) => q.eq("platform", platform).eq("platformUserId", platformUserId))
    .order("desc")
    .take(maxCodes);
}

export async function codeByHash(
  ctx: Pick<QueryCtx, "db">,
  hash: string,
): Promise<Doc<"linkCodes"> | null> {
  return await ctx.db
    .query("linkCodes")
    .withIndex("by_hash", (q) => q.eq("hash", hash))
    .unique();
}

/** A chat account's own code, by the value that its button carries. */
export async function ownCodeByMark(
  ctx: Pick<QueryCtx, "db">,
  account: ChatIdentity,
  mark: string,
): Promise<Doc<"linkCodes"> | null> {
  return (await codesOf(ctx, account)).find(({ hash }) => markOf(hash) === mark) ?? null;
}

/** Why a code is not valid any more; null when it is. */
export function whyClosed(code: Doc<"linkCodes">, now: number): RefusalCode | null {
  if (code.usedAt !== undefined) return "code-used";
  return code.expiresAt <= now ? "code-expired" : null;
}

export function isOwnCode(code: Doc<"linkCodes">, { platform, platformUserId }: ChatIdentity) {
  return code.platform === platform && code.platformUserId === platformUserId;
}
