import type { Doc } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";
import type { ChatIdentity } from "../callers/chatAccounts.ts";

export async function dialogOf(
  ctx: Pick<QueryCtx, "db">,
  { platform, platformUserId }: ChatIdentity,
): Promise<Doc<"dialogs"> | null> {
  return await ctx.db
    .query("dialogs")
    .withIndex("by_account", (q) => q.eq("platform", platform).eq("platformUserId", platformUserId))
    .unique();
}
