import { v } from "convex/values";
import { botQuery } from "./functions.ts";
import { lastChangedOf } from "./model/callers/chatAccounts.ts";

/**
 * The people and chats of the bot's platform whose settings, role or status changed last. A bot
 * subscribes to this query and invalidates its cache entries: a change can come from another
 * process or the other platform.
 */
export const lastChanged = botQuery({
  args: {},
  returns: v.object({
    people: v.array(v.object({ platformUserId: v.string(), at: v.number() })),
    chats: v.array(
      v.object({ chatId: v.string(), threadId: v.optional(v.string()), at: v.number() }),
    ),
    /** The maximum of each in the result. */
    most: v.number(),
  }),
  handler: async (ctx) => await lastChangedOf(ctx, ctx.bot.platform),
});
