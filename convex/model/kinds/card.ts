import { type Infer, v } from "convex/values";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import type { Obsolete } from "../deliveries/kind.ts";
import { shownApplication, toShown } from "../people/reviewCards.ts";
import { type DeliveryOf, wasTried } from "./defaults.ts";

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
