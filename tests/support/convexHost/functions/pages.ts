import { ConvexHttpClient } from "convex/browser";
import { actionGeneric, makeFunctionReference, mutationGeneric, queryGeneric } from "convex/server";
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

/** Calls its own deployment from outside, while others do the same. */
export const visitByHttp = actionGeneric({
  args: { page: v.string() },
  handler: async (_ctx, { page }) => {
    const client = new ConvexHttpClient(process.env["CONVEX_CLOUD_URL"] ?? "", { logger: false });
    return await client.mutation(makeFunctionReference<"mutation">("pages:visit"), { page });
  },
});

/** Stores files side by side, beside the transactions of others. */
export const storeFiles = actionGeneric({
  args: { texts: v.array(v.string()) },
  handler: async (ctx, { texts }) => {
    const ids = await Promise.all(texts.map((text) => ctx.storage.store(new Blob([text]))));
    const stored = await Promise.all(ids.map((id) => ctx.storage.get(id)));
    return await Promise.all(stored.map(async (blob) => await blob?.text()));
  },
});
