import { v } from "convex/values";
import { internal } from "./_generated/api.js";
import { internalMutation } from "./_generated/server.js";
import { reconcileRoles } from "./model/people/memberRoles.ts";

/**
 * Compares the known role of every Discord account with the desired one, batch by batch, and
 * enqueues role deliveries for differences. With `orgId`: that organization has a new role, and the
 * known state of the old one is discarded.
 */
export const reconcile = internalMutation({
  args: {
    orgId: v.optional(v.id("organizations")),
    cursor: v.union(v.string(), v.null()),
  },
  returns: v.null(),
  handler: async (ctx, { orgId, cursor }) => {
    const next = await reconcileRoles(ctx, orgId, cursor, Date.now());
    if (next !== null)
      await ctx.scheduler.runAfter(0, internal.memberRoles.reconcile, {
        cursor: next,
        ...(orgId && { orgId }),
      });
    return null;
  },
});
