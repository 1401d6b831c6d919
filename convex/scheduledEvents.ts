import { v } from "convex/values";
import { internalMutation } from "./_generated/server.js";
import { adminMutation } from "./functions.ts";
import { reconcileServer, setMirroring } from "./model/events/scheduledEventReconcile.ts";

/**
 * Shows an organization's events as scheduled events of its Discord server, or deletes them there.
 * `guildId`: the server in which it is asked; it becomes the organization's where that has none.
 *
 * @throws no-such-organization, no-server
 */
export const set = adminMutation({
  args: { orgId: v.id("organizations"), isOn: v.boolean(), guildId: v.optional(v.string()) },
  returns: v.null(),
  handler: async (ctx, { orgId, isOn, guildId: here }) => {
    await setMirroring(ctx, { orgId, isOn, here }, Date.now());
    return null;
  },
});

/** Decides which events a Discord server shows: `model/events/scheduledEventReconcile.ts`. */
export const reconcile = internalMutation({
  args: { guildId: v.string() },
  returns: v.null(),
  handler: async (ctx, { guildId }) => {
    await reconcileServer(ctx, guildId, Date.now());
    return null;
  },
});
