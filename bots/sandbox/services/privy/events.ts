import { wireAccount, wireUser } from "./accounts.ts";
import type { LinkedAccount, PrivyUser } from "./types.ts";

// Privy's webhook events, as its own types describe them.

type Event = { type: string };

export function userEvent(type: "user.created" | "user.deleted", user: PrivyUser): Event {
  return { type, user: wireUser(user) } as Event;
}

export function accountEvent(
  type: "user.authenticated" | "user.linked_account" | "user.unlinked_account",
  user: PrivyUser,
  account: LinkedAccount,
): Event {
  return { type, user: wireUser(user), account: wireAccount(account) } as Event;
}

/** The loser is named by id alone: it is gone. */
export function transferEvent(fromDid: string, to: PrivyUser, account: LinkedAccount): Event {
  return {
    type: "user.transferred_account",
    fromUser: { id: fromDid },
    toUser: wireUser(to),
    account: wireAccount(account),
    deletedUser: true,
  } as Event;
}
