import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";

// What charities need money for. Every write of a need goes through this file: `isActive` and
// `cityKey` are true to the charity in the transaction that changes either.

/** How many needs a charity can have, each of its own category. */
export const mostNeeds = 10;

/** Whether a need takes part in distributions: its charity is approved, urgency and gap above zero. */
export function activity(
  charity: Pick<Doc<"charities">, "verificationStatus">,
  need: Pick<Doc<"needsData">, "urgencyScore" | "fundingGap">,
): boolean {
  return charity.verificationStatus === "approved" && need.urgencyScore > 0 && need.fundingGap > 0;
}

/** All needs of a charity, the oldest first. */
export async function needsOf(
  ctx: Pick<QueryCtx, "db">,
  charityId: Id<"charities">,
): Promise<Doc<"needsData">[]> {
  return await ctx.db
    .query("needsData")
    .withIndex("by_charity", (q) => q.eq("charityId", charityId))
    .take(mostNeeds);
}

/** Takes off what a distribution gave (`by`, cents); a full gap takes no further part. */
export async function lowerGap(
  ctx: MutationCtx,
  need: Doc<"needsData">,
  by: number,
  now: number,
): Promise<void> {
  const fundingGap = Math.max(0, need.fundingGap - by);
  await ctx.db.patch("needsData", need._id, {
    fundingGap,
    source: "calculated",
    lastUpdated: now,
    // An active need's charity is approved.
    isActive: need.isActive && fundingGap > 0,
  });
}
