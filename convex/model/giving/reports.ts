import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { distributionsOfGifts } from "./distributions.ts";
import { giftsOf } from "./gifts.ts";

// What a person's giving did in a week, from the rows that the run wrote for their subscriptions.

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
  const rows = await distributionsOfGifts(ctx, gifts, weekStartDate);
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
