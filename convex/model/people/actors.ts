import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { chatSubject, parseSubject } from "../../../shared/identity.ts";
import type { Caller } from "../callers/caller.ts";
import { enqueue, toPerson } from "../deliveries/queue.ts";
import { chatAccountOf } from "../callers/chatAccounts.ts";
import { type Notice, notifyUser } from "./notices.ts";

// An actor is a user or a bare chat account on whose behalf something is done.

/** The owner of rows: a user, or a bare chat account ("telegram:123"). */
export type Owner = { userId: Id<"users"> } | { account: string };

/** An actor: the owner of the rows, and the chat account that was used. */
export type Actor = Pick<Doc<"rsvps">, "userId" | "account" | "locale">;

/** The actor of a call from a chat. */
export function actorOf(
  { user, chat }: Pick<Caller, "user"> & { chat: NonNullable<Caller["chat"]> },
  locale?: "en" | "es",
): Actor {
  const account = chatSubject(chat.platform, chat.platformUserId);
  return { account, ...(user && { userId: user._id }), ...(locale && { locale }) };
}

export function ownerOf({ userId, account }: Actor): Owner {
  return userId === undefined ? { account } : { userId };
}

/**
 * Notifies an actor: a user in the chat they chose, else in the one in which they acted; a
 * bare account there. `expiresAt` in milliseconds.
 */
export async function notifyActor(
  ctx: MutationCtx,
  { userId, account, locale }: Actor,
  notice: Notice,
  { subjectKey, expiresAt }: { subjectKey: string; expiresAt: number },
  now: number,
): Promise<void> {
  const chat = parseSubject(account);
  if (chat?.kind !== "chat") return;
  if (userId !== undefined) {
    await notifyUser(ctx, userId, notice, { subjectKey, prefer: chat, expiresAt }, now);
    return;
  }
  const chosen = (await chatAccountOf(ctx, chat))?.locale ?? locale;
  const task = { kind: "notice" as const, notice, ...(chosen && { locale: chosen }) };
  await enqueue(ctx, toPerson(chat), { subjectKey, task, expiresAt }, now);
}
