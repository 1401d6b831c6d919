import { type Infer, v } from "convex/values";
import { cityKeyOf } from "../../../shared/money/city.ts";
import type { Doc } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";
import { takesGifts } from "../../external/stripe/client.ts";
import { subscriptionStatus } from "../fields.ts";
import { subscriptionsOf } from "./subscriptions.ts";

// A user's own giving, which only they can see.

export const shownGift = v.object({
  amount: v.number(),
  status: subscriptionStatus,
  city: v.string(),
  startDate: v.number(),
  nextPaymentAt: v.optional(v.number()),
  /** When the last payment failed; absent after a successful one. */
  failedAt: v.optional(v.number()),
});

export const ownGiving = v.object({
  /** Whether this deployment takes gifts: Stripe is configured. */
  isOpen: v.boolean(),
  /** Sorted by creation, the newest first. */
  subscriptions: v.array(shownGift),
  city: v.optional(v.string()),
  /** Suggestions for a user without a city: cities in which charities have needs. */
  cities: v.array(v.string()),
});

/** Loads a user's donation plans and city. */
export async function ownGivingOf(
  ctx: Pick<QueryCtx, "db">,
  user: Doc<"users">,
): Promise<Infer<typeof ownGiving>> {
  const { city = "" } = user;
  const hasCity = cityKeyOf(city) !== "";
  const subscriptions = await subscriptionsOf(ctx, user._id);
  return {
    isOpen: takesGifts(),
    subscriptions: subscriptions.map(toShownGift),
    ...(hasCity && { city }),
    cities: hasCity ? [] : await citiesWithNeeds(ctx),
  };
}

function toShownGift(row: Doc<"subscriptions">): Infer<typeof shownGift> {
  const { amount, status, city, startDate, nextPaymentAt, failedAt, paidAt = 0 } = row;
  const isFailing = failedAt !== undefined && failedAt > paidAt;
  return {
    amount,
    status,
    city,
    startDate,
    ...(nextPaymentAt !== undefined && { nextPaymentAt }),
    ...(isFailing && { failedAt }),
  };
}

const maxCities = 12;

/** Cities in which approved charities have needs, sorted by city key. */
async function citiesWithNeeds(ctx: Pick<QueryCtx, "db">): Promise<string[]> {
  const cities: string[] = [];
  let after = "";
  while (cities.length < maxCities) {
    const need = await ctx.db
      .query("needsData")
      .withIndex("by_active_and_city", (q) => q.eq("isActive", true).gt("cityKey", after))
      .first();
    if (!need) break;
    const charity = await ctx.db.get("charities", need.charityId);
    if (charity) cities.push(charity.city);
    after = need.cityKey;
  }
  return cities;
}
