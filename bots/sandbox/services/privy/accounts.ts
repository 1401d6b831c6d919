import type { LinkedAccount, PrivyAccount, PrivyAccountRef, PrivyUser } from "./types.ts";

/** What makes an account unique among all users. */
export function keyOf(account: PrivyAccountRef | PrivyAccount): string {
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
export function wireAccount(account: LinkedAccount): object {
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
