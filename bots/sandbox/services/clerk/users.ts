import { randomBytes } from "node:crypto";
import type { WebhookDelivery, WebhookOptions, Webhooks } from "../webhooks.ts";
import { forgetOldest } from "../../../bounded.ts";

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
  /**
   * Changes a user and sends the webhook (`user.created` ...). Fields left out stay as they were.
   */
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

const maxUsers = 1000;

export type Users = {
  all: () => ClerkUser[];
  get(id: string): ClerkUser | undefined;
  /** Adds or changes a user. */
  put(input: ClerkUserInput): ClerkUser;
  /** @throws for an unknown user */
  remove(id: string | undefined): ClerkUser;
};

export function makeUsers(now: () => number): Users {
  const users = new Map<string, ClerkUser>();
  return {
    all: () => structuredClone([...users.values()]),
    get: (id) => users.get(id),
    put({ id = makeId("user"), emails, ...names }) {
      const before = users.get(id) ?? blank(id, now());
      const user = {
        ...before,
        ...names,
        emails: emails?.map((email) => keepId(email, before.emails)) ?? before.emails,
        updatedAt: now(),
      };
      users.set(id, user);
      forgetOldest(users, maxUsers);
      return structuredClone(user);
    },
    remove(id = "") {
      const user = users.get(id);
      if (!user) throw new Error(`no user "${id}"`);
      users.delete(id);
      return user;
    },
  };
}

function blank(id: string, createdAt: number): ClerkUser {
  return {
    id,
    emails: [],
    username: null,
    firstName: null,
    lastName: null,
    imageUrl: "https://img.clerk.com/sandbox",
    createdAt,
    updatedAt: createdAt,
  };
}

/** An address keeps its id from one change to the next. */
function keepId(email: { address: string; verified?: boolean }, before: ClerkEmail[]): ClerkEmail {
  const known = before.find(({ address }) => address === email.address);
  return {
    id: known?.id ?? makeId("idn"),
    address: email.address,
    verified: email.verified ?? true,
  };
}

function makeId(kind: string): string {
  return `${kind}_${randomBytes(14).toString("hex")}`;
}

/** A webhook's body as Clerk sends it. Of a deleted user there is only the id. */
export function userEvent(
  what: ClerkChange,
  user: ClerkUser,
  instanceId: string,
  now: number,
): { type: string } {
  return {
    data: what === "deleted" ? { deleted: true, id: user.id, object: "user" } : wireUser(user),
    event_attributes: { http_request: { client_ip: "127.0.0.1", user_agent: "sandbox" } },
    instance_id: instanceId,
    object: "event",
    timestamp: now,
    type: `user.${what}`,
  } as { type: string };
}

function wireUser(user: ClerkUser): object {
  return {
    id: user.id,
    object: "user",
    username: user.username,
    first_name: user.firstName,
    last_name: user.lastName,
    image_url: user.imageUrl,
    has_image: false,
    primary_email_address_id: user.emails[0]?.id ?? null,
    primary_phone_number_id: null,
    primary_web3_wallet_id: null,
    email_addresses: user.emails.map(wireEmail),
    phone_numbers: [],
    web3_wallets: [],
    external_accounts: [],
    external_id: null,
    password_enabled: false,
    two_factor_enabled: false,
    public_metadata: {},
    private_metadata: {},
    unsafe_metadata: {},
    banned: false,
    locked: false,
    last_sign_in_at: null,
    created_at: user.createdAt,
    updated_at: user.updatedAt,
  };
}

function wireEmail({ id, address, verified }: ClerkEmail): object {
  return {
    id,
    object: "email_address",
    email_address: address,
    verification: { status: verified ? "verified" : "unverified", strategy: "email_code" },
    linked_to: [],
  };
}
