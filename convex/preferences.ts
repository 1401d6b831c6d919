import { v } from "convex/values";
import { botQuery } from "./functions.ts";

const maxNamed = 20;

/**
 * Whose settings, role or status changed last, people and chats of the bot's platform. A bot that
 * remembers them holds this query live and forgets what it names: the change may have come from another
 * process or the other chat.
 */
export const lastChanged = botQuery({
  args: {},
  returns: v.object({
    people: v.array(v.object({ platformUserId: v.string(), at: v.number() })),
    chats: v.array(
      v.object({ chatId: v.string(), threadId: v.optional(v.string()), at: v.number() }),
    ),
    /** How many of each are named at most. */
    most: v.number(),
  }),
  handler: async (ctx) => {
    const accounts = await ctx.db
      .query("chatAccounts")
      .withIndex("by_platform_and_changed", (q) => q.eq("platform", ctx.bot.platform))
      .order("desc")
      .take(maxNamed);
    const channels = await ctx.db
      .query("channels")
      .withIndex("by_platform_and_changed", (q) => q.eq("platform", ctx.bot.platform))
      .order("desc")
      .take(maxNamed);
    return {
      most: maxNamed,
      people: accounts.map(({ platformUserId, settingsChangedAt: at }) => ({ platformUserId, at })),
      chats: channels.map(({ chatId, threadId, changedAt: at }) => ({
        chatId,
        at,
        ...(threadId !== undefined && { threadId }),
      })),
    };
  },
});
