import { type Infer, v } from "convex/values";
import type { Doc } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";
import { charity, need } from "../fields.ts";
import { needsOf } from "./needs.ts";

/** A charity as it is shown. `forMembers` leaves out the fields that only admins see. */
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

/** A need as it is shown. */
export const shownNeed = need
  .pick("charityId", "isActive", "urgencyScore", "fundingGap", "category", "lastUpdated", "source")
  .extend({ _id: v.id("needsData") });
export type ShownNeed = Infer<typeof shownNeed>;

export function toShownNeed(row: Doc<"needsData">): ShownNeed {
  const { _id, charityId, isActive, urgencyScore, fundingGap, category } = row;
  const { lastUpdated, source } = row;
  return { _id, charityId, isActive, urgencyScore, fundingGap, category, lastUpdated, source };
}

/** A charity with its needs. */
export const needyCharity = shownCharity.extend({ needs: v.array(shownNeed) });
export type NeedyCharity = Infer<typeof needyCharity>;

export async function withNeeds(
  ctx: Pick<QueryCtx, "db">,
  row: Doc<"charities">,
): Promise<NeedyCharity> {
  const needs = await needsOf(ctx, row._id);
  return { ...forMembers(row), needs: needs.map(toShownNeed) };
}

/** Leaves out the reviewer and the reason, which only admins see. */
export function forMembers(row: Doc<"charities">): ShownCharity {
  const { reviewerName, reason, ...shown } = toShownCharity(row);
  void [reviewerName, reason];
  return shown;
}

/** A charity with its needs and the fields that only admins see. */
export const wholeCharity = needyCharity.extend({
  contactEmail: v.optional(v.string()),
  adminNotes: v.optional(v.string()),
});

/** A charity with its needs; with the admins' fields where `isAdmin`. */
export async function wholeFor(
  ctx: Pick<QueryCtx, "db">,
  row: Doc<"charities">,
  isAdmin: boolean,
): Promise<Infer<typeof wholeCharity>> {
  const shown = await withNeeds(ctx, row);
  if (!isAdmin) return shown;
  const { contactEmail, adminNotes } = row;
  return {
    ...shown,
    ...toShownCharity(row),
    ...(contactEmail !== undefined && { contactEmail }),
    ...(adminNotes !== undefined && { adminNotes }),
  };
}
