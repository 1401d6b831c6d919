import { v } from "convex/values";
import { internalMutation } from "./_generated/server.js";
import { clerkUser } from "./external/identityEvents.ts";
import { dropClerkUser, takeClerkUser } from "./model/accounts/clerkUsers.ts";
import { platform } from "./model/fields.ts";
import { takeOnce } from "./model/people/receipts.ts";
import { revoke } from "./model/accounts/unlinking.ts";

// Processes webhooks of Privy and Clerk whose signature has been verified. The webhook's id is
// stored in the same transaction as its effects, so a repeated webhook does nothing.

export const takePrivy = internalMutation({
  args: {
    id: v.string(),
    revoked: v.object({
      did: v.string(),
      toDid: v.optional(v.string()),
      account: v.optional(v.object({ platform, platformUserId: v.string() })),
    }),
  },
  returns: v.null(),
  handler: async (ctx, { id, revoked }) => {
    const now = Date.now();
    if (await takeOnce(ctx, `privy:${id}`, now)) await revoke(ctx, revoked, now);
    return null;
  },
});

export const takeClerk = internalMutation({
  args: {
    id: v.string(),
    event: v.union(
      v.object({ is: v.literal("there"), user: clerkUser }),
      v.object({ is: v.literal("gone"), clerkId: v.string() }),
    ),
  },
  returns: v.null(),
  handler: async (ctx, { id, event }) => {
    const now = Date.now();
    if (!(await takeOnce(ctx, `clerk:${id}`, now))) return null;
    if (event.is === "there") await takeClerkUser(ctx, event.user, now);
    else await dropClerkUser(ctx, event.clerkId, now);
    return null;
  },
});
