import type { WebhookDelivery, WebhookOptions, Webhooks } from "../identity/webhookTypes.ts";

/** A user as tests write one. The first address is the primary one. */
export type ClerkUserInput = {
  id?: string;
  emails?: { address: string; verified?: boolean }[];
  username?: string | null;
  firstName?: string | null;
  lastName?: string | null;
  imageUrl?: string;
};

export type ClerkEmail = { id: string; address: string; verified: boolean };

/** `createdAt` and `updatedAt` are Unix milliseconds. */
export type ClerkUser = {
  id: string;
  emails: ClerkEmail[];
  username: string | null;
  firstName: string | null;
  lastName: string | null;
  imageUrl: string;
  createdAt: number;
  updatedAt: number;
};

export type ClerkChange = "created" | "updated" | "deleted";

export type ClerkEmulator = Omit<Webhooks, "send"> & {
  /** The issuer: the value of CLERK_ISSUER. */
  url: string;
  webhookSecret: string;
  /** Changes a user and says so (`user.created` ...). What is left out stays as it was. */
  send(
    what: ClerkChange,
    user: ClerkUserInput,
    options?: WebhookOptions,
  ): Promise<{ user: ClerkUser; delivery: WebhookDelivery }>;
  users(): ClerkUser[];
  /** A session's token from the template "convex". */
  tokenFor(userId: string, options?: { expired?: boolean; audience?: string }): Promise<string>;
  /** Called after a user or a webhook changed. Returns how to stop listening. */
  onChange(listener: () => void): () => void;
};

export type ClerkEmulatorOptions = {
  /** 0 or nothing: any free port. */
  port?: number;
  /** The only clock, Unix ms. */
  now?: () => number;
};
