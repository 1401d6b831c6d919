import { weekMs } from "../../../shared/time/week.ts";
import type { Doc } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";

// The common pot: money that belongs to no city. It goes to the city of the most urgent need, so that
// nothing is carried over for ever.

/** How long money waits for a city, or for a charity in its city. */
const longestWaitMs = 8 * weekMs;

type Reading = Pick<QueryCtx, "db">;
export type City = { city: string; cityKey: string };

/**
 * Whether money that is carried over goes to the common pot. Without a city it does as soon as nobody
 * will name one, because the giver has left or the plan has ended; any money does after eight weeks.
 */
export async function isForPot(
  ctx: Reading,
  { weekStartDate, waitsSince = weekStartDate }: Doc<"gifts">,
  { cityKey, status, userId }: Pick<Doc<"subscriptions">, "cityKey" | "status" | "userId">,
): Promise<boolean> {
  if (weekStartDate + weekMs - waitsSince >= longestWaitMs) return true;
  if (cityKey !== "") return false;
  if (status === "cancelled") return true;
  const owner = await ctx.db.get("users", userId);
  return !owner || owner.deletedAt !== undefined;
}

/** The city of the most urgent need; null while nobody needs anything. */
export async function potCity(ctx: Reading): Promise<City | null> {
  const need = await ctx.db
    .query("needsData")
    .withIndex("by_active_and_urgency", (q) => q.eq("isActive", true))
    .order("desc")
    .first();
  const charity = need && (await ctx.db.get("charities", need.charityId));
  return charity && { city: charity.city, cityKey: charity.cityKey };
}
