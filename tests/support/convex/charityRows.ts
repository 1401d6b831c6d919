import type { WithoutSystemFields } from "convex/server";
import type { Doc, Id } from "../../../convex/_generated/dataModel.js";

/** The row of an approved charity. */
export function charityRow(
  given: Pick<Doc<"charities">, "name" | "city" | "cityKey">,
): WithoutSystemFields<Doc<"charities">> {
  return {
    ...given,
    description: "Helps.",
    state: "",
    zipCode: "",
    category: "food",
    verificationStatus: "approved",
    createdAt: 0,
    version: 1,
  };
}

/** The row of a need of such a charity. */
export function needRow(
  charityId: Id<"charities">,
  given: Pick<Doc<"needsData">, "cityKey" | "urgencyScore" | "fundingGap">,
): WithoutSystemFields<Doc<"needsData">> {
  return {
    ...given,
    charityId,
    isActive: given.urgencyScore > 0 && given.fundingGap > 0,
    category: "food",
    lastUpdated: 0,
    source: "manual",
  };
}
