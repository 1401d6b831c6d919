import { v, type Infer } from "convex/values";
import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { application } from "../fields.ts";
import { owe, toChannel } from "../ledger/ledger.ts";

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

const worthMs = 30 * 24 * 60 * 60 * 1000;

/** Owes one chat the card of an application. */
export async function oweCard(
  ctx: MutationCtx,
  channel: Doc<"channels">,
  { _id: applicationId }: Doc<"applications">,
  now: number,
): Promise<void> {
  const work = { do: "card" as const, applicationId };
  const topic = `application:${applicationId}`;
  await owe(ctx, toChannel(channel), { topic, work, expiresAt: now + worthMs }, now);
}
