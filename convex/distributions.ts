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
 * What one of the caller's own subscriptions gave, the latest week first; nothing of anybody else's.
 * For other clients of the deployment: no bot calls it.
 */
export const getDistributionsBySubscription = userQuery({
  args: { subscriptionId: v.id("subscriptions") },
  returns: v.array(shown),
  handler: async (ctx, args) => await ownDistributions(ctx, args),
});

/**
 * What the caller's gifts of one week (a Monday, 00:00 UTC) gave.
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
 * Every row of a charity, the latest week first; for admins.
 * For other clients of the deployment: no bot calls it.
 */
export const getDistributionsByCharity = adminQuery({
  args: { charityId: v.id("charities"), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(shown),
  handler: async (ctx, args) => await distributionsOfCharity(ctx, args),
});

/**
 * Every row of a week; for admins.
 * For other clients of the deployment: no bot calls it.
 */
export const getDistributionsByWeek = adminQuery({
  args: { weekStartDate: v.number(), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(shown),
  handler: async (ctx, args) => await distributionsOfWeek(ctx, args),
});

const batch = 100;
/** A week's result is news until the next one. */
const worthMs = 7 * 24 * 60 * 60 * 1000;

/** Announces a distributed week in the channels that want it. Each batch schedules the next. */
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
    const owed = { subjectKey: `distribution:${weekStartDate}`, task, expiresAt: now + worthMs };
    for (const channel of page.page)
      if (channel.kinds.includes("distribution")) await enqueue(ctx, toChannel(channel), owed, now);
    if (!page.isDone) {
      const next = { weekStartDate, cursor: page.continueCursor };
      await ctx.scheduler.runAfter(0, internal.distributions.announceWeek, next);
    }
    return null;
  },
});
