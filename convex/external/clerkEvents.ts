import { type Infer, v } from "convex/values";
import { z } from "zod";

// What of Clerk's webhooks concerns us.

/** A Clerk user. `updatedAt` in Unix milliseconds, as Clerk counts. */
export const clerkUser = v.object({
  clerkId: v.string(),
  updatedAt: v.number(),
  /** The primary one, if it is verified. */
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

/** Null: nothing to do. Undefined: of a type that we know, in a form that we do not. */
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

const longestName = 64;

function userOf(read: z.infer<typeof present>): ClerkUser {
  const primary = read.email_addresses.find(({ id }) => id === read.primary_email_address_id);
  const email = primary?.verification?.status === "verified" && primary.email_address;
  const displayName = [read.first_name, read.last_name].filter(Boolean).join(" ");
  return {
    clerkId: read.id,
    updatedAt: read.updated_at,
    ...(email && { email: email.toLowerCase() }),
    ...(displayName && { displayName: displayName.slice(0, longestName) }),
    ...(read.username && { username: read.username }),
    ...(read.image_url && { avatarUrl: read.image_url }),
  };
}
