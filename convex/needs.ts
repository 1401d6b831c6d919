import { v } from "convex/values";
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { adminMutation, memberQuery } from "./functions.ts";
import { charityById } from "./model/giving/charities.ts";
import { updatePendingCards } from "./model/giving/charityCards.ts";
import { shownNeed, toShownNeed } from "./model/giving/charityViews.ts";
import { activeNeedsPage, activeNeedsWithNames } from "./model/giving/charityQueries.ts";
import * as needs from "./model/giving/needs.ts";
import { refusal } from "./model/refusal.ts";

/**
 * Adds a need of a charity. `urgencyScore`: an integer from 0 to 100; `fundingGap`: whole cents. A
 * charity has one need per category, ten at most.
 *
 * @throws `no-such-charity`, `bad-urgency`, `bad-gap`, `bad-category`, `need-taken`,
 *   `too-many-needs`, `city-full`
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
    await updatePendingCards(ctx, charity, now);
    return id;
  },
});

/**
 * Changes a need's urgency (0 to 100), funding gap (cents) or both.
 *
 * @throws `no-such-need`, `bad-urgency`, `bad-gap`, `city-full`
 */
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
    await updatePendingCards(ctx, charity, now);
    return null;
  },
});

/**
 * The needs of a charity, the oldest first. Only admins see those of a charity that is not
 * approved.
 *
 * @throws `no-such-charity`
 */
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
 * The active needs of a city, on which its next distribution is based, in pages.
 * For other clients of the deployment: no bot calls it.
 */
export const getNeedsByCity = memberQuery({
  args: { city: v.string(), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(shownNeed),
  handler: async (ctx, args) => await activeNeedsPage(ctx, args),
});

const namedNeed = shownNeed.extend({ charity: v.string(), city: v.string() });

/**
 * Active needs with their charities' names, of one city or of all (sorted by city): at most `limit`
 * (50 at most), and the number of all, counted up to 200.
 */
export const getActiveNeeds = memberQuery({
  args: { city: v.optional(v.string()), limit: v.number() },
  returns: v.object({ shown: v.array(namedNeed), count: v.number() }),
  handler: async (ctx, args) => await activeNeedsWithNames(ctx, args),
});
