import { v } from "convex/values";
import { botQuery } from "./functions.ts";
import { lastChangedOf } from "./model/callers/chatAccounts.ts";

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
  handler: async (ctx) => await lastChangedOf(ctx, ctx.bot.platform),
});
