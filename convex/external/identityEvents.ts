import { type Infer, v } from "convex/values";
import { z } from "zod";
import type { ChatIdentity } from "../model/callers/chatAccounts.ts";

// Parses Clerk's webhooks: `user.created`, `user.updated` and `user.deleted`.

/** A Clerk user. `updatedAt` in Unix milliseconds, by Clerk's clock. */
export const clerkUser = v.object({
  clerkId: v.string(),
  updatedAt: v.number(),
  /** The primary address, if it is verified. */
  email: v.optional(v.string()),
  displayName: v.optional(v.string()),
  username: v.optional(v.string()),
  avatarUrl: v.optional(v.string()),
});
export type ClerkUser = Infer<typeof clerkUser>;

export type ClerkEvent = { is: "there"; user: ClerkUser } | { is: "gone"; clerkId: string };

const text = z.string().nullish();
const present = z.object({
  id: z.string().min(1),
  updated_at: z.number(),
  first_name: text,
  last_name: text,
  username: text,
  image_url: text,
  primary_email_address_id: text,
  email_addresses: z
    .array(
      z.object({
        id: z.string(),
        email_address: z.string(),
        verification: z.object({ status: z.string() }).nullish(),
      }),
    )
    .default([]),
});
const gone = z.object({ id: z.string().min(1) });

/** Null: an event type that needs no action. Undefined: a known type in an unknown format. */
export function readClerkEvent(body: unknown): ClerkEvent | null | undefined {
  const event = z.object({ type: z.string(), data: z.unknown() }).safeParse(body).data;
  if (!event) return undefined;
  const { type, data } = event;
  if (type === "user.deleted") {
    const read = gone.safeParse(data).data;
    return read && { is: "gone", clerkId: read.id };
  }
  if (type !== "user.created" && type !== "user.updated") return null;
  const read = present.safeParse(data).data;
  return read && { is: "there", user: userOf(read) };
}

const maxNameLength = 64;

function userOf(read: z.infer<typeof present>): ClerkUser {
  const primary = read.email_addresses.find(({ id }) => id === read.primary_email_address_id);
  const email = primary?.verification?.status === "verified" && primary.email_address;
  const displayName = [read.first_name, read.last_name].filter(Boolean).join(" ");
  return {
    clerkId: read.id,
    updatedAt: read.updated_at,
    ...(email && { email: email.toLowerCase() }),
    ...(displayName && { displayName: displayName.slice(0, maxNameLength) }),
    ...(read.username && { username: read.username }),
    ...(read.image_url && { avatarUrl: read.image_url }),
  };
}

// Parses Privy's webhooks `user.unlinked_account` and `user.transferred_account`. The shapes are
// those of Privy's types `UserUnlinkedAccountEvent` and `UserTransferredAccountEvent`.

const account = z.discriminatedUnion("type", [
  z.object({ type: z.literal("telegram"), telegram_user_id: z.string().min(1) }),
  z.object({ type: z.literal("discord_oauth"), subject: z.string().min(1) }),
]);
const person = z.object({ id: z.string().min(1) });
const anyAccount = z.object({ type: z.string() });
const unlinked = z.object({ user: person, account: anyAccount });
/** Privy has deleted `fromUser`, so the event has only its id. */
const transferred = z.object({ fromUser: person, toUser: person, account: anyAccount });

/** An account was removed from the Privy user `did`, and possibly transferred to `toDid`. */
export type Revoked = {
  did: string;
  toDid?: string;
  /** Absent where the account is not a chat account. */
  account?: ChatIdentity;
};

/** Null: an event type that needs no action. Undefined: a known type in an unknown format. */
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
