import { v } from "convex/values";
import { internalMutation } from "./_generated/server.js";
import { adminMutation } from "./functions.ts";
import { lookThrough, setMirroring } from "./model/events/mirrorLook.ts";
import { refusal } from "./model/refusal.ts";

/**
 * Puts an organization's events among the scheduled events of its Discord server, or takes them away
 * from there. `guildId`: the server in which it is asked; it becomes the organization's where that has
 * none. Refuses `no-such-organization`, `no-server`.
 */
export const set = adminMutation({
  args: { orgId: v.id("organizations"), isOn: v.boolean(), guildId: v.optional(v.string()) },
  returns: v.null(),
  handler: async (ctx, { orgId, isOn, guildId: here }) => {
    const org = await ctx.db.get("organizations", orgId);
    if (!org) throw refusal("no-such-organization");
    const guildId = org.discordGuildId ?? here;
    if (isOn && !/^\d{5,25}$/.test(guildId ?? "")) throw refusal("no-server");
    await setMirroring(ctx, org, { isOn, guildId }, Date.now());
    return null;
  },
});

/** Looks through a Discord server's scheduled events, see `model/live/mirrorLook.ts`. */
export const look = internalMutation({
  args: { guildId: v.string() },
  returns: v.null(),
  handler: async (ctx, { guildId }) => {
    await lookThrough(ctx, guildId, Date.now());
    return null;
  },
});
