import { z } from "zod";
import type { ChatIdentity } from "../model/callers/caller.ts";

// What of Privy's webhooks concerns us, in the forms of its own types
// (`UserUnlinkedAccountEvent`, `UserTransferredAccountEvent`).

const account = z.discriminatedUnion("type", [
  z.object({ type: z.literal("telegram"), telegram_user_id: z.string().min(1) }),
  z.object({ type: z.literal("discord_oauth"), subject: z.string().min(1) }),
]);
const person = z.object({ id: z.string().min(1) });
const anyAccount = z.object({ type: z.string() });
const unlinked = z.object({ user: person, account: anyAccount });
/** The loser is gone from Privy, and named by id alone. */
const transferred = z.object({ fromUser: person, toUser: person, account: anyAccount });

/** An account was taken from a Privy user, and perhaps given to another one. */
export type Revoked = {
  did: string;
  toDid?: string;
  /** Absent where it is no chat account. */
  account?: ChatIdentity;
};

/** Null: nothing to do. Undefined: of a type that we know, in a form that we do not. */
export function readPrivyEvent(body: unknown): Revoked | null | undefined {
  const type = z.object({ type: z.string() }).safeParse(body).data?.type;
  if (type === "user.unlinked_account") {
    const read = unlinked.safeParse(body).data;
    return read && { did: read.user.id, ...chatAccountIn(body) };
  }
  if (type === "user.transferred_account") {
    const read = transferred.safeParse(body).data;
    return read && { did: read.fromUser.id, toDid: read.toUser.id, ...chatAccountIn(body) };
  }
  return type === undefined ? undefined : null;
}

function chatAccountIn(body: unknown): { account?: ChatIdentity } {
  const read = z.object({ account }).safeParse(body).data?.account;
  if (!read) return {};
  return read.type === "telegram"
    ? { account: { platform: "telegram", platformUserId: read.telegram_user_id } }
    : { account: { platform: "discord", platformUserId: read.subject } };
}
