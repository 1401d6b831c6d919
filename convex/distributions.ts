import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { internal } from "./_generated/api.js";
import { internalMutation } from "./_generated/server.js";
import { adminQuery, userQuery } from "./functions.ts";
import {
  distributionsOfCharity,
  distributionsOfGifts,
  distributionsOfWeek,
  ownDistributions,
  shown,
  toShown,
} from "./model/giving/week.ts";
import { giftsOf } from "./model/giving/payments.ts";
import { enqueue, toChannel } from "./model/deliveries/queue.ts";

/**
 * The distributions of one of the caller's subscriptions, the latest week first; else empty.
 * For other clients of the deployment: no bot calls it.
 */
export const getDistributionsBySubscription = userQuery({
  args: { subscriptionId: v.id("subscriptions") },
  returns: v.array(shown),
  handler: async (ctx, args) => await ownDistributions(ctx, args),
});

/**
 * The distributions of the caller's gifts of one week (a Monday, 00:00 UTC).
 * For other clients of the deployment: no bot calls it.
 */
export const getDistributionsByUser = userQuery({
  args: { weekStartDate: v.number() },
  returns: v.array(shown),
  handler: async (ctx, { weekStartDate }) => {
    const gifts = await giftsOf(ctx, ctx.caller.user._id, weekStartDate);
    const rows = await distributionsOfGifts(ctx, gifts, weekStartDate);
    return rows.map(toShown);
  },
});

/**
 * All distributions to a charity, the latest week first, in pages; for admins.
 * For other clients of the deployment: no bot calls it.
 */
export const getDistributionsByCharity = adminQuery({
  args: { charityId: v.id("charities"), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(shown),
  handler: async (ctx, args) => await distributionsOfCharity(ctx, args),
});

/**
 * All distributions of a week, in pages; for admins.
 * For other clients of the deployment: no bot calls it.
 */
export const getDistributionsByWeek = adminQuery({
  args: { weekStartDate: v.number(), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(shown),
  handler: async (ctx, args) => await distributionsOfWeek(ctx, args),
});

const batch = 100;
/** The announcement of a week expires when the next week's is due. */
const expiresAfterMs = 7 * 24 * 60 * 60 * 1000;

/**
 * Enqueues the announcement of a week for the subscribed channels. Each batch schedules the next.
 */
export const announceWeek = internalMutation({
  args: { weekStartDate: v.number(), cursor: v.union(v.string(), v.null()) },
  returns: v.null(),
  handler: async (ctx, { weekStartDate, cursor }) => {
    const now = Date.now();
    const page = await ctx.db
      .query("channels")
      .withIndex("by_on_and_org", (q) => q.eq("isOn", true))
      .paginate({ numItems: batch, cursor });
    const task = { kind: "distribution" as const, weekStartDate };
    const subjectKey = `distribution:${weekStartDate}`;
    const delivery = { subjectKey, task, expiresAt: now + expiresAfterMs };
    for (const channel of page.page)
      if (channel.kinds.includes("distribution"))
        await enqueue(ctx, toChannel(channel), delivery, now);
    if (!page.isDone) {
      const next = { weekStartDate, cursor: page.continueCursor };
      await ctx.scheduler.runAfter(0, internal.distributions.announceWeek, next);
    }
    return null;
  },
});
