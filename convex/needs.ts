import { v } from "convex/values";
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { adminMutation, memberQuery } from "./functions.ts";
import { charityById } from "./model/giving/charities.ts";
import { changeWaiting } from "./model/giving/charityCards.ts";
import { shownNeed, toShownNeed } from "./model/giving/charityViews.ts";
import { activeNeedsPage, activeNeedsWithNames } from "./model/giving/charityQueries.ts";
import * as needs from "./model/giving/needs.ts";
import { refusal } from "./model/refusal.ts";

/**
 * Adds a need of a charity: urgency 0 to 100, whole; the gap in whole cents. A charity has one need
 * of each category, ten at most.
 */
export const createNeed = adminMutation({
  args: {
    charityId: v.string(),
    urgencyScore: v.number(),
    fundingGap: v.number(),
    category: v.string(),
  },
  returns: v.id("needsData"),
  handler: async (ctx, { charityId, ...given }) => {
    const charity = await charityById(ctx, charityId);
    const now = Date.now();
    const id = await needs.create(ctx, charity, { ...given, source: "manual" }, now);
    await changeWaiting(ctx, charity, now);
    return id;
  },
});

/** Changes how urgent a need is (0 to 100), or what is missing (cents), or both. */
export const updateNeed = adminMutation({
  args: {
    needId: v.string(),
    urgencyScore: v.optional(v.number()),
    fundingGap: v.optional(v.number()),
  },
  returns: v.null(),
  handler: async (ctx, { needId, ...changes }) => {
    const need = await needs.needById(ctx, needId);
    const charity = await charityById(ctx, need.charityId);
    const now = Date.now();
    await needs.update(ctx, charity, need, { ...changes, source: "manual" }, now);
    await changeWaiting(ctx, charity, now);
    return null;
  },
});

/** What a charity needs, the oldest need first; of one that is not approved for admins alone. */
export const getNeedsByCharity = memberQuery({
  args: { charityId: v.string() },
  returns: v.array(shownNeed),
  handler: async (ctx, { charityId }) => {
    const charity = await charityById(ctx, charityId);
    const isAdmin = ctx.caller.accessLevel === "admin";
    if (!isAdmin && charity.verificationStatus !== "approved") throw refusal("no-such-charity");
    return (await needs.needsOf(ctx, charity._id)).map(toShownNeed);
  },
});

/**
 * The active needs of a city, page by page: what its next distribution goes by.
 * For other clients of the deployment: no bot calls it.
 */
export const getNeedsByCity = memberQuery({
  args: { city: v.string(), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(shownNeed),
  handler: async (ctx, args) => await activeNeedsPage(ctx, args),
});

const namedNeed = shownNeed.extend({ charity: v.string(), city: v.string() });

/**
 * Active needs with their charities' names, city by city or of one city: at most `limit` (50 at
 * most), and how many in all, counted up to 200.
 */
export const getActiveNeeds = memberQuery({
  args: { city: v.optional(v.string()), limit: v.number() },
  returns: v.object({ shown: v.array(namedNeed), count: v.number() }),
  handler: async (ctx, args) => await activeNeedsWithNames(ctx, args),
});
