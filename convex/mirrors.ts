import { v } from "convex/values";
import { internalMutation } from "./_generated/server.js";
import { lookThrough } from "./model/live/mirrorLook.ts";

/** Looks through a Discord server's scheduled events, see `model/live/mirrorLook.ts`. */
export const look = internalMutation({
  args: { guildId: v.string() },
  returns: v.null(),
  handler: async (ctx, { guildId }) => {
    await lookThrough(ctx, guildId, Date.now());
    return null;
  },
});
