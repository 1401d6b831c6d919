import { type Infer, v } from "convex/values";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import type { Addressee, Obsolete, Sent, SentMessage } from "../deliveries/kind.ts";
import { offByAdmin } from "../live/channels.ts";
import { rememberCard, shownApplication, toShown } from "../people/reviewCards.ts";
import { defaults, type DeliveryOf, wasTried, whereOf } from "./defaults.ts";

// The card on which moderators decide an application.

export const task = v.object({ kind: v.literal("card"), applicationId: v.id("applications") });
export const payload = v.object({ kind: v.literal("card"), application: shownApplication });

export async function load(
  ctx: MutationCtx,
  delivery: DeliveryOf<"card">,
): Promise<Infer<typeof payload> | Obsolete> {
  const application = await ctx.db.get("applications", delivery.task.applicationId);
  if (!application) return { state: "cancelled", reason: "the application is gone" };
  // A decided application needs no new card; a card that is out already is changed.
  if (delivery.part === "message" && application.status !== "pending" && !wasTried(delivery))
    return { state: "suppressed", reason: "already decided" };
  return { kind: "card", application: toShown(application) };
}

/** A chat whose subscription an admin has ended must not keep what an applicant has deleted. */
export async function addressee(
  ctx: MutationCtx,
  delivery: DeliveryOf<"card">,
): Promise<Addressee | Obsolete> {
  const channel = await defaults.channel(ctx, delivery);
  if (delivery.part !== "message" && channel?.offReason === offByAdmin) {
    const application = await ctx.db.get("applications", delivery.task.applicationId);
    if (application?.erasedAt !== undefined) return whereOf(channel);
  }
  return await defaults.addressee(ctx, delivery);
}

/** The deliveries of decided cards are swept after a month; the application knows their messages. */
export async function edited(
  ctx: MutationCtx,
  delivery: DeliveryOf<"card">,
): Promise<SentMessage | Obsolete> {
  const found = await defaults.edited(ctx, delivery);
  if (!("reason" in found)) return found;
  const application = await ctx.db.get("applications", delivery.task.applicationId);
  const card = application?.cards?.find(({ channelId }) => channelId === delivery.destination);
  return card ? { messageId: card.messageId } : found;
}

export async function sent(
  ctx: MutationCtx,
  delivery: DeliveryOf<"card">,
  { messageId }: Sent,
): Promise<void> {
  if (delivery.part === "message") await rememberCard(ctx, delivery, messageId);
}

export async function title(ctx: QueryCtx, { task }: DeliveryOf<"card">): Promise<string> {
  return (await ctx.db.get("applications", task.applicationId))?.name ?? "";
}

/** Deciding an application changes its cards, however old they are. */
export async function isKept(
  ctx: Pick<QueryCtx, "db">,
  { task }: DeliveryOf<"card">,
): Promise<boolean> {
  return (await ctx.db.get("applications", task.applicationId))?.status === "pending";
}
