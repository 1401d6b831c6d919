import type { QueryCtx } from "../../_generated/server.js";
import { refusal } from "../refusal.ts";

// A distribution reads all of a city's active needs in one transaction, and so they are bounded.

/** How many needs a charity can have, each of its own category. */
export const mostNeeds = 10;

/** Approved charities, and active needs, that one city can have. */
export const mostCharities = 2000;
export const mostActiveNeeds = 4000;

/** Refuses one more approved charity, with all its needs, where a city is full. */
export async function requireRoom(ctx: Pick<QueryCtx, "db">, cityKey: string): Promise<void> {
  const approved = await ctx.db
    .query("charities")
    .withIndex("by_city", (q) => q.eq("cityKey", cityKey).eq("verificationStatus", "approved"))
    .take(mostCharities);
  if (approved.length >= mostCharities || (await roomFor(ctx, cityKey)) < mostNeeds)
    throw refusal("city-full");
}

/** How many more needs of a city can be active. */
export async function roomFor(ctx: Pick<QueryCtx, "db">, cityKey: string): Promise<number> {
  const active = await ctx.db
    .query("needsData")
    .withIndex("by_active_and_city", (q) => q.eq("isActive", true).eq("cityKey", cityKey))
    .take(mostActiveNeeds);
  return mostActiveNeeds - active.length;
}
