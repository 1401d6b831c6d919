import { v, type Infer } from "convex/values";
import type { Doc } from "../../_generated/dataModel.js";
import { application } from "../fields.ts";

// The card on which moderators decide an application, in every chat that admins chose for it.

/** What moderators see of an application: on a card, in lists, and where it is decided. */
export const shownApplication = application
  .pick(
    "goal",
    "motivation",
    "otherNames",
    "status",
    "name",
    "handle",
    "platform",
    "appliedAt",
    "reviewerName",
    "reason",
    "decidedAt",
  )
  .extend({ _id: v.id("applications") });
export type ShownApplication = Infer<typeof shownApplication>;

export function toShown(row: Doc<"applications">): ShownApplication {
  const { _id, goal, motivation, status, name, platform, appliedAt } = row;
  const { otherNames, handle, reviewerName, reason, decidedAt } = row;
  return {
    _id,
    goal,
    motivation,
    status,
    name,
    platform,
    appliedAt,
    ...(otherNames !== undefined && { otherNames }),
    ...(handle !== undefined && { handle }),
    ...(reviewerName !== undefined && { reviewerName }),
    ...(reason !== undefined && { reason }),
    ...(decidedAt !== undefined && { decidedAt }),
  };
}
