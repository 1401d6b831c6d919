import { v, type Infer } from "convex/values";
import type { Doc } from "../../_generated/dataModel.js";
import { charity } from "../fields.ts";

/** What members see of a charity; of one that waits, admins. */
export const shownCharity = charity
  .pick(
    "name",
    "description",
    "city",
    "state",
    "zipCode",
    "latitude",
    "longitude",
    "category",
    "verificationStatus",
    "website",
    "createdAt",
    "reviewerName",
    "decidedAt",
    "reason",
  )
  .extend({ _id: v.id("charities") });
export type ShownCharity = Infer<typeof shownCharity>;

export function toShownCharity(row: Doc<"charities">): ShownCharity {
  const { _id, name, description, city, state, zipCode, category, createdAt } = row;
  const { latitude, longitude, website, reviewerName, decidedAt, reason } = row;
  return {
    _id,
    name,
    description,
    city,
    state,
    zipCode,
    category,
    verificationStatus: row.verificationStatus,
    createdAt,
    ...(latitude !== undefined && { latitude }),
    ...(longitude !== undefined && { longitude }),
    ...(website !== undefined && { website }),
    ...(reviewerName !== undefined && { reviewerName }),
    ...(decidedAt !== undefined && { decidedAt }),
    ...(reason !== undefined && { reason }),
  };
}
