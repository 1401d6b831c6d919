import type { QueryCtx } from "../_generated/server.js";
import type { ChatCaller } from "./caller.ts";

/** The row of a chat account, if it ever chose anything. */
export async function chatAccountOf(ctx: QueryCtx, caller: ChatCaller) {
  return await ctx.db
    .query("chatAccounts")
    .withIndex("by_platform_and_user", (q) =>
      q.eq("platform", caller.platform).eq("platformUserId", caller.platformUserId),
    )
    .unique();
}
