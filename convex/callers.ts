import { v } from "convex/values";
import { internalQuery } from "./_generated/server.js";
import {
  requireAdmin,
  requireChatAccount,
  requireMember,
  requireUnblockedChatAccount,
  requireUser,
} from "./model/callers/caller.ts";
import { platform } from "./model/fields.ts";

// Guards of actions: an action has no database, so it asks in a query who is calling it.

/** The chat account that calls; refuses everybody else. */
export const chatAccount = internalQuery({
  args: {},
  returns: v.object({ platform, platformUserId: v.string() }),
  handler: async (ctx) => {
    const { chat } = await requireChatAccount(ctx);
    return { platform: chat.platform, platformUserId: chat.platformUserId };
  },
});

/** The chat account that calls; refuses whoever is suspended or banned, and everybody else. */
export const unblockedChatAccount = internalQuery({
  args: {},
  returns: v.object({ platform, platformUserId: v.string() }),
  handler: async (ctx) => {
    const { chat } = await requireUnblockedChatAccount(ctx);
    return { platform: chat.platform, platformUserId: chat.platformUserId };
  },
});

/** Refuses everybody who has no user. */
export const user = internalQuery({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    await requireUser(ctx);
    return null;
  },
});

/** Refuses everybody but members, moderators and admins. */
export const member = internalQuery({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    await requireMember(ctx);
    return null;
  },
});

/** Refuses everybody but admins. */
export const admin = internalQuery({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    await requireAdmin(ctx);
    return null;
  },
});
