import type { WebhookOptions, Webhooks } from "../webhooks.ts";

/** An account that a person has proven to be theirs, in Privy's own words. */
export type PrivyAccount =
  | { type: "email"; address: string }
  | { type: "telegram"; telegram_user_id: string; username?: string }
  /** Privy keeps Discord's old discriminator: "mia#0". */
  | { type: "discord_oauth"; subject: string; username: string }
  /** An embedded wallet ("privy"), or the user's own. */
  | {
      type: "wallet";
      address: string;
      chain_type: "ethereum" | "solana";
      wallet_client_type?: "privy" | "metamask";
    };

/** Which account is meant: its type and what makes it unique. */
export type PrivyAccountRef =
  | { type: "email" | "wallet"; address: string }
  | { type: "telegram"; telegram_user_id: string }
  | { type: "discord_oauth"; subject: string };

/** `verifiedAt` and `createdAt` are Unix milliseconds. */
export type LinkedAccount = PrivyAccount & { verifiedAt: number };
export type PrivyUser = { id: string; createdAt: number; accounts: LinkedAccount[] };

/** A user as tests write one. Without an id it is a new user. */
export type PrivyUserInput = { id?: string; accounts: PrivyAccount[] };

/** A mail with a sign-in code. */
export type Mail = { to: string; at: number; code: string; text: string };

/** What the next `count` requests to the API meet instead of an answer; nothing was done. */
export type PrivyFault = {
  kind: "429" | "500" | "broken" | "drop";
  count: number;
  /** Only requests whose path contains this. */
  only?: string;
};

export type PrivyEmulator = Omit<Webhooks, "send"> & {
  /** The value of PRIVY_API_URL, and the library's `apiURL`. */
  url: string;
  appId: string;
  appSecret: string;
  webhookSecret: string;
  /** Lets a page of this origin sign people in, as the dashboard's allowed domains do. */
  allowOrigin(origin: string): void;
  /** Adds a user (`user.created`), or sets the accounts of a known one without a webhook. */
  putUser(user: PrivyUserInput, options?: WebhookOptions): Promise<PrivyUser>;
  users(): PrivyUser[];
  link(did: string, account: PrivyAccount, options?: WebhookOptions): Promise<PrivyUser>;
  /** Privy does not unlink the only account of a user. */
  unlink(did: string, account: PrivyAccountRef, options?: WebhookOptions): Promise<PrivyUser>;
  /** As in Privy, the user who loses it has no other account, and is deleted. */
  transfer(
    fromDid: string,
    toDid: string,
    account: PrivyAccountRef,
    options?: WebhookOptions,
  ): Promise<PrivyUser>;
  removeUser(did: string, options?: WebhookOptions): Promise<void>;
  /** An access token, without signing in. */
  tokenFor(did: string, options?: { expired?: boolean; audience?: string }): Promise<string>;
  /** Newest first, bounded. */
  mails(): Mail[];
  fault(fault: PrivyFault): void;
  faults(): PrivyFault[];
  /** Called after a user, a mail or a webhook changed. Returns how to stop listening. */
  onChange(listener: () => void): () => void;
};

export type PrivyEmulatorOptions = {
  /** 0 or nothing: any free port. */
  port?: number;
  /** The only clock, Unix ms. */
  now?: () => number;
};
