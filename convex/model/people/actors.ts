import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { chatSubject, parseSubject } from "../../../shared/identity.ts";
import type { Caller } from "../callers/caller.ts";
import { enqueue, toPerson } from "../deliveries/queue.ts";
import { chatAccountOf } from "../callers/chatAccounts.ts";
import { type Notice, notifyUser } from "./notices.ts";

// Actors: on whose behalf something is done, a user or a bare chat account.

/** Whose rows: a user's, or those of a bare chat account ("telegram:123"). */
export type Owner = { userId: Id<"users"> } | { account: string };

/** Who says something: whose rows they are, and in which chat account it was said. */
export type Actor = Pick<Doc<"rsvps">, "userId" | "account" | "locale">;

/** Who calls, in a chat. */
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
  const said = parseSubject(account);
  if (said?.kind !== "chat") return;
  if (userId !== undefined) {
    await notifyUser(ctx, userId, notice, { subjectKey, prefer: said, expiresAt }, now);
    return;
  }
  const chosen = (await chatAccountOf(ctx, said))?.locale ?? locale;
  const task = { kind: "notice" as const, notice, ...(chosen && { locale: chosen }) };
  await enqueue(ctx, toPerson(said), { subjectKey, task, expiresAt }, now);
}
