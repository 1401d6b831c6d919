import type { Doc, Id } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";

/** Rows of one subscription in one week: as many as a gift reaches, for each of its cities. */
const mostRows = 100;

/** What a subscription gave in a week (a Monday, 00:00 UTC), charity by charity. */
export async function distributionsOf(
  ctx: Pick<QueryCtx, "db">,
  subscriptionId: Id<"subscriptions">,
  weekStartDate: number,
): Promise<Doc<"distributions">[]> {
  return await ctx.db
    .query("distributions")
    .withIndex("by_subscription", (q) =>
      q.eq("subscriptionId", subscriptionId).eq("weekStartDate", weekStartDate),
    )
    .take(mostRows);
}

/** The same of all subscriptions to which these gifts belong. */
export async function distributionsOfGifts(
  ctx: Pick<QueryCtx, "db">,
  gifts: readonly Doc<"gifts">[],
  weekStartDate: number,
): Promise<Doc<"distributions">[]> {
  const rows: Doc<"distributions">[] = [];
  for (const subscriptionId of new Set(gifts.map((gift) => gift.subscriptionId)))
    rows.push(...(await distributionsOf(ctx, subscriptionId, weekStartDate)));
  return rows;
}
