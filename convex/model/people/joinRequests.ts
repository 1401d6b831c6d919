import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { accountsOf } from "../callers/chatAccounts.ts";
import { enqueue, toPerson } from "../deliveries/queue.ts";

// Telegram join requests. The decision on an application also answers the request.

const week = 7 * 24 * 60 * 60 * 1000;
const maxChats = 20;

/**
 * Whether Plaza answers requests to join a Telegram chat: an admin named it for members, and it is no
 * chat of moderators.
 */
export async function isForMembers(ctx: Pick<QueryCtx, "db">, chatId: string): Promise<boolean> {
  const row = await ctx.db
    .query("channels")
    .withIndex("by_platform_and_chat_and_thread", (q) =>
      q.eq("platform", "telegram").eq("chatId", chatId).eq("threadId", undefined),
    )
    .first();
  return row?.isOn === true && row.admitsMembers === true && !row.kinds.includes("application");
}

/** Stores a join request until it is decided; a repeated one changes nothing. */
export async function rememberRequest(
  ctx: MutationCtx,
  request: Pick<Doc<"joinRequests">, "platformUserId" | "chatId" | "title">,
  now: number,
): Promise<Doc<"joinRequests"> | null> {
  const { platformUserId, chatId } = request;
  const known = await ctx.db
    .query("joinRequests")
    .withIndex("by_person_and_chat", (q) =>
      q.eq("platformUserId", platformUserId).eq("chatId", chatId),
    )
    .first();
  if (known) return known;
  const id = await ctx.db.insert("joinRequests", { ...request, at: now });
  return await ctx.db.get("joinRequests", id);
}

/** Approves or declines all pending join requests of a user. */
export async function admitAll(
  ctx: MutationCtx,
  userId: Id<"users">,
  isApproved: boolean,
  now: number,
): Promise<void> {
  for (const account of await accountsOf(ctx, userId)) {
    if (account.platform !== "telegram") continue;
    for (const request of await requestsOf(ctx, account.platformUserId))
      await admit(ctx, request, isApproved, now);
  }
}

/** The pending join requests of a Telegram account. */
export async function requestsOf(
  ctx: Pick<QueryCtx, "db">,
  platformUserId: string,
): Promise<Doc<"joinRequests">[]> {
  return await ctx.db
    .query("joinRequests")
    .withIndex("by_person_and_chat", (q) => q.eq("platformUserId", platformUserId))
    .take(maxChats);
}

/**
 * Enqueues the answer to a join request and deletes its row. One to a chat that is no longer named for
 * members is left to the chat's own admins.
 */
export async function admit(
  ctx: MutationCtx,
  { _id, chatId, platformUserId }: Doc<"joinRequests">,
  isApproved: boolean,
  now: number,
): Promise<void> {
  await ctx.db.delete("joinRequests", _id);
  if (!(await isForMembers(ctx, chatId))) return;
  const task = { kind: "admit" as const, chatId, isApproved };
  const to = toPerson({ platform: "telegram", platformUserId });
  await enqueue(ctx, to, { subjectKey: `admit:${_id}`, task, expiresAt: now + week }, now);
}
