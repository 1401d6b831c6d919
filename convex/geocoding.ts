import { v } from "convex/values";
import { internal } from "./_generated/api.js";
import { internalAction, internalMutation, internalQuery } from "./_generated/server.js";
import { locate } from "./external/geocoder.ts";
import { addressToLocate, takeCoordinates } from "./model/giving/charities.ts";

const charity = { charityId: v.id("charities") };

/** Geocodes a charity's address. A failure is only logged. */
export const findPlace = internalAction({
  args: charity,
  returns: v.null(),
  handler: async (ctx, { charityId }): Promise<null> => {
    const address: string | null = await ctx.runQuery(internal.geocoding.address, { charityId });
    if (address === null) return null;
    const found = await locate(address, async (url) =>
      ctx.runAction(internal.external.publicFetch.get, { url, purpose: "geocoder" }),
    );
    if ("error" in found) console.warn(`A charity could not be placed: ${found.error}`);
    else await ctx.runMutation(internal.geocoding.take, { charityId, address, ...found });
    return null;
  },
});

/** The address to geocode; null for a charity that has coordinates. */
export const address = internalQuery({
  args: charity,
  returns: v.union(v.string(), v.null()),
  handler: async (ctx, args) => await addressToLocate(ctx, args),
});

/** Stores the geocoder's result, unless the charity's address has changed since the request. */
export const take = internalMutation({
  args: { ...charity, address: v.string(), latitude: v.number(), longitude: v.number() },
  returns: v.null(),
  handler: async (ctx, args) => await takeCoordinates(ctx, args, Date.now()),
});
