import type { Gifts } from "../../../shared/money/giftCounts.ts";
import { type Plan, planCity } from "../../../shared/money/planCity.ts";
import type { Claim } from "../../../shared/money/shareOut.ts";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";
import { mostActiveNeeds } from "./cityRoom.ts";

// A city's week, planned from what the tables say now. The run and the preview ask this same function.

/** A charity's needs, taken together. */
export type Claimant = Claim & {
  id: Id<"charities">;
  /** Of its most urgent need. */
  urgency: number;
  /** The most urgent first. */
  needs: Doc<"needsData">[];
};

export async function planOf(
  ctx: Pick<QueryCtx, "db">,
  cityKey: string,
  gifts: Gifts,
  weekStartDate: number,
): Promise<{ plan: Plan; claimants: Map<string, Claimant> }> {
  const claimants = await claimantsOf(ctx, cityKey);
  return { plan: planCity(gifts, [...claimants.values()], weekStartDate), claimants };
}

async function claimantsOf(ctx: Pick<QueryCtx, "db">, cityKey: string) {
  const needs = await ctx.db
    .query("needsData")
    .withIndex("by_active_and_city", (q) => q.eq("isActive", true).eq("cityKey", cityKey))
    .take(mostActiveNeeds);
  const claimants = new Map<string, Claimant>();
  for (const need of needs.toSorted((a, b) => b.urgencyScore - a.urgencyScore)) {
    const { charityId: id, urgencyScore, fundingGap } = need;
    const known = claimants.get(id) ?? { id, weight: 0, gap: 0, urgency: urgencyScore, needs: [] };
    known.weight += urgencyScore * fundingGap;
    known.gap += fundingGap;
    known.needs.push(need);
    claimants.set(id, known);
  }
  return claimants;
}
