import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { chatSubject, parseSubject } from "../../../shared/identity.ts";
import type { Caller } from "../callers/caller.ts";
import { owe, toPerson } from "../deliveries/queue.ts";
import { chatAccountOf } from "../callers/chatAccounts.ts";
import { type Notice, tellUser } from "./notices.ts";

// Anybody who writes in a chat: a user, or a chat account that has none.

/** Whose rows: a user's, or those of a bare chat account ("telegram:123"). */
export type Owner = { userId: Id<"users"> } | { account: string };

/** Who says something: whose rows they are, and in which chat account it was said. */
export type Somebody = Pick<Doc<"rsvps">, "userId" | "account" | "locale">;

/** Who calls, in a chat. */
export function callerAs(
  { user, chat }: Pick<Caller, "user"> & { chat: NonNullable<Caller["chat"]> },
  locale?: "en" | "es",
): Somebody {
  const account = chatSubject(chat.platform, chat.platformUserId);
  return { account, ...(user && { userId: user._id }), ...(locale && { locale }) };
}

export function ownerOf({ userId, account }: Somebody): Owner {
  return userId === undefined ? { account } : { userId };
}

/**
 * Owes somebody a notice: a user in the chat they chose, else in the one in which they said it; a
 * bare account there. `expiresAt` in milliseconds.
 */
export async function tellSomebody(
  ctx: MutationCtx,
  { userId, account, locale }: Somebody,
  notice: Notice,
  { topic, expiresAt }: { topic: string; expiresAt: number },
  now: number,
): Promise<void> {
  const said = parseSubject(account);
  if (said?.kind !== "chat") return;
  if (userId !== undefined) {
    await tellUser(ctx, userId, notice, { topic, prefer: said, expiresAt }, now);
    return;
  }
  const chosen = (await chatAccountOf(ctx, said))?.locale ?? locale;
  const work = { do: "notice" as const, notice, ...(chosen && { locale: chosen }) };
  await owe(ctx, toPerson(said), { topic, work, expiresAt }, now);
}
