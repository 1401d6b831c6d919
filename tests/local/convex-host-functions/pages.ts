import { mutationGeneric, queryGeneric } from "convex/server";
import { v } from "convex/values";

export const visit = mutationGeneric({
  args: { page: v.string() },
  handler: async (ctx, { page }) => {
    await ctx.db.insert("visits", { page });
    return null;
  },
});

export const whoami = queryGeneric({
  args: {},
  handler: async (ctx) => await ctx.auth.getUserIdentity(),
});

/** Says something and writes nothing. */
export const echo = mutationGeneric({
  args: { value: v.any() },
  handler: async (_ctx, { value }) => value as unknown,
});
