import { internal } from "../../_generated/api.js";
import type { Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { dropPages } from "./checkouts.ts";
import { liveOf } from "./subscriptions.ts";

/** Somebody leaves: their subscriptions end at Stripe and their payment pages close. */
export async function endGiving(ctx: MutationCtx, userId: Id<"users">): Promise<void> {
  const pages = await dropPages(ctx, userId);
  const live = await liveOf(ctx, userId);
  if (pages.length === 0 && live.length === 0) return;
  const leaving = { userId, hasLeft: true, pages, attempt: 0 };
  await ctx.scheduler.runAfter(0, internal.giving.settle, leaving);
}
