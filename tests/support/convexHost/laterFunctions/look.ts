import { queryGeneric } from "convex/server";
import { v } from "convex/values";

export const byTag = queryGeneric({
  args: { tag: v.string() },
  handler: async (ctx, { tag }) => {
    const found = await ctx.db
      .query("items")
      .withIndex("by_tag", (q) => q.eq("tag", tag))
      .collect();
    return found.map(({ name }) => name as string);
  },
});
