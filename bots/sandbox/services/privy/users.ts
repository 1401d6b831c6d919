import { randomBytes } from "node:crypto";
import { forgetOldest } from "../../../bounded.ts";
import type {
  LinkedAccount,
  PrivyAccount,
  PrivyAccountRef,
  PrivyUser,
  PrivyUserInput,
} from "./types.ts";

const maxUsers = 1000;

/** The app's users. @throws an error for what Privy would refuse */
export type Users = {
  all: () => PrivyUser[];
  get(did: string): PrivyUser | undefined;
  find(has: (account: LinkedAccount) => boolean): PrivyUser | undefined;
  put(user: PrivyUserInput): { user: PrivyUser; isNew: boolean };
  link(did: string, account: PrivyAccount): LinkedAccount;
  unlink(did: string, account: PrivyAccountRef): LinkedAccount;
  transfer(fromDid: string, toDid: string, account: PrivyAccountRef): LinkedAccount;
  remove(did: string): PrivyUser;
};

export function makeUsers(now: () => number): Users {
  const users = new Map<string, PrivyUser>();

  const known = (did: string): PrivyUser => {
    const user = users.get(did);
    if (!user) throw new Error(`no user "${did}"`);
    return user;
  };
  const owner = (key: string) =>
    [...users.values()].find(({ accounts }) => accounts.some((one) => keyOf(one) === key));
  const verified = (account: PrivyAccount): LinkedAccount => ({ ...account, verifiedAt: now() });
  const held = (user: PrivyUser, ref: PrivyAccountRef): LinkedAccount => {
    const account = user.accounts.find((one) => keyOf(one) === keyOf(ref));
    if (!account) throw new Error(`${user.id} has no ${keyOf(ref)}`);
    return account;
  };
  const mustBeFree = (accounts: PrivyAccount[], did: string) => {
    for (const account of accounts) {
      const other = owner(keyOf(account));
      if (other && other.id !== did) throw new Error(`${keyOf(account)} is linked to ${other.id}`);
    }
  };

  return {
    all: () => structuredClone([...users.values()]),
    get: (did) => users.get(did),
    find: (has) => [...users.values()].find(({ accounts }) => accounts.some(has)),
    put({ id = makeDid(), accounts }) {
      mustBeFree(accounts, id);
      const before = users.get(id);
      const user = {
        id,
        createdAt: before?.createdAt ?? now(),
        accounts: accounts.map(verified),
      };
      users.set(id, user);
      forgetOldest(users, maxUsers);
      return { user, isNew: before === undefined };
    },
    link(did, account) {
      const user = known(did);
      mustBeFree([account], did);
      const linked = verified(account);
      user.accounts = [...user.accounts.filter((one) => keyOf(one) !== keyOf(account)), linked];
      return linked;
    },
    unlink(did, ref) {
      const user = known(did);
      const account = held(user, ref);
      if (user.accounts.length === 1) throw new Error(`${keyOf(ref)} is all that ${did} has`);
      user.accounts = user.accounts.filter((one) => one !== account);
      return account;
    },
    transfer(fromDid, toDid, ref) {
      const [from, to] = [known(fromDid), known(toDid)];
      if (from === to) throw new Error("an account is transferred to somebody else");
      const account = held(from, ref);
      if (from.accounts.length > 1) throw new Error(`${fromDid} has more than ${keyOf(ref)}`);
      users.delete(fromDid);
      const moved = { ...account, verifiedAt: now() };
      to.accounts = [...to.accounts, moved];
      return moved;
    },
    remove(did) {
      const user = known(did);
      users.delete(did);
      return user;
    },
  };
}

/** "did:privy:" and an id of the kind that Privy gives. */
function makeDid(): string {
  return `did:privy:c${randomBytes(12).toString("hex")}`;
}

/** What makes an account unique among all users. */
function keyOf(account: PrivyAccountRef | PrivyAccount): string {
  switch (account.type) {
    case "email":
      return `email ${account.address.toLowerCase()}`;
    case "wallet":
      return `wallet ${account.address.toLowerCase()}`;
    case "telegram":
      return `telegram ${account.telegram_user_id}`;
    case "discord_oauth":
      return `discord ${account.subject}`;
  }
}

/** An account as Privy's answers and webhooks show it; times in seconds. */
function wireAccount(account: LinkedAccount): object {
  const { verifiedAt, ...own } = account;
  const at = Math.floor(verifiedAt / 1000);
  const verified = { verified_at: at, first_verified_at: at, latest_verified_at: at };
  switch (own.type) {
    case "email":
      return { ...own, ...verified };
    case "telegram":
      return { ...absent("first_name", "last_name", "username", "photo_url"), ...own, ...verified };
    case "discord_oauth":
      return { ...absent("email"), ...own, ...verified };
    case "wallet":
      return { ...(own.wallet_client_type === "privy" ? embedded : foreign), ...own, ...verified };
  }
}

/** A user in the same form. */
export function wireUser({ id, createdAt, accounts }: PrivyUser): object {
  return {
    id,
    created_at: Math.floor(createdAt / 1000),
    linked_accounts: accounts.map(wireAccount),
    mfa_methods: [],
    has_accepted_terms: false,
    is_guest: false,
  };
}

const foreign = { wallet_client: "unknown" };
const embedded = {
  id: null,
  wallet_client: "privy",
  connector_type: "embedded",
  recovery_method: "privy-v2",
  wallet_index: 0,
  chain_id: "eip155:1",
  imported: false,
  delegated: false,
};

function absent(...names: string[]): Record<string, null> {
  return Object.fromEntries(names.map((name) => [name, null]));
}

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

/** The user that lost the account is deleted, so only its id is sent. */
export function transferEvent(fromDid: string, to: PrivyUser, account: LinkedAccount): Event {
  return {
    type: "user.transferred_account",
    fromUser: { id: fromDid },
    toUser: wireUser(to),
    account: wireAccount(account),
    deletedUser: true,
  } as Event;
}
