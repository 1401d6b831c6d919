import { type Infer, v } from "convex/values";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import type { Obsolete } from "../deliveries/kind.ts";
import { needyCharity, toShownCharity, toShownNeed } from "../giving/charityViews.ts";
import { needsOf } from "../giving/needs.ts";
import { type DeliveryOf, wasTried } from "./defaults.ts";

// The card on which admins decide a charity.

export const task = v.object({ kind: v.literal("charity"), charityId: v.id("charities") });
export const payload = v.object({ kind: v.literal("charity"), charity: needyCharity });

export async function load(
  ctx: MutationCtx,
  delivery: DeliveryOf<"charity">,
): Promise<Infer<typeof payload> | Obsolete> {
  const charity = await ctx.db.get("charities", delivery.task.charityId);
  if (!charity) return { state: "cancelled", reason: "the charity is gone" };
  const isDecided = charity.verificationStatus !== "pending";
  if (delivery.part === "message" && isDecided && !wasTried(delivery))
    return { state: "suppressed", reason: "already decided" };
  const needs = await needsOf(ctx, charity._id);
  return {
    kind: "charity",
    charity: { ...toShownCharity(charity), needs: needs.map(toShownNeed) },
  };
}

export async function title(ctx: QueryCtx, { task }: DeliveryOf<"charity">): Promise<string> {
  return (await ctx.db.get("charities", task.charityId))?.name ?? "";
}

/** Deciding a charity changes its cards, however old they are. */
export async function isKept(
  ctx: Pick<QueryCtx, "db">,
  { task }: DeliveryOf<"charity">,
): Promise<boolean> {
  return (await ctx.db.get("charities", task.charityId))?.verificationStatus === "pending";
}
