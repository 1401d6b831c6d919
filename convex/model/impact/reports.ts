import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { giftsOf } from "./gifts.ts";

// What a person's giving did in a week, from the rows that the run wrote for their subscriptions.

/** Rows of one subscription in one week: as many as a gift reaches, for each of its cities. */
const mostRows = 100;

export async function reportOf(
  ctx: Pick<QueryCtx, "db">,
  userId: Id<"users">,
  weekStartDate: number,
): Promise<Doc<"reports"> | null> {
  return await ctx.db
    .query("reports")
    .withIndex("by_user", (q) => q.eq("userId", userId).eq("weekStartDate", weekStartDate))
    .first();
}

/** Writes a person's report of a distributed week; null where it is there, or they gave nothing. */
export async function writeReport(
  ctx: MutationCtx,
  userId: Id<"users">,
  weekStartDate: number,
  now: number,
): Promise<Id<"reports"> | null> {
  const gifts = await giftsOf(ctx, userId, weekStartDate);
  if (gifts.length === 0 || (await reportOf(ctx, userId, weekStartDate))) return null;
  const rows = await rowsOf(ctx, new Set(gifts.map(({ subscriptionId }) => subscriptionId)), {
    weekStartDate,
  });
  const breakdown = [...Map.groupBy(rows, ({ charityId }) => charityId)].map(
    ([charityId, ofCharity]) => ({
      charityId,
      amount: ofCharity.reduce((sum, { amount }) => sum + amount, 0),
      reason: ofCharity[0]?.reason ?? "",
    }),
  );
  return await ctx.db.insert("reports", {
    userId,
    weekStartDate,
    totalDistributed: breakdown.reduce((sum, { amount }) => sum + amount, 0),
    charitiesSupported: breakdown.length,
    distributionBreakdown: breakdown,
    carried: gifts.reduce((sum, { carriedOut = 0 }) => sum + carriedOut, 0),
    cities: [...new Set(gifts.map(({ city }) => city))].filter(Boolean),
    generatedAt: now,
  });
}

async function rowsOf(
  ctx: Pick<QueryCtx, "db">,
  subscriptionIds: Set<Id<"subscriptions">>,
  { weekStartDate }: { weekStartDate: number },
): Promise<Doc<"distributions">[]> {
  const all = [];
  for (const subscriptionId of subscriptionIds)
    all.push(
      ...(await ctx.db
        .query("distributions")
        .withIndex("by_subscription", (q) =>
          q.eq("subscriptionId", subscriptionId).eq("weekStartDate", weekStartDate),
        )
        .take(mostRows)),
    );
  return all;
}
