import { v } from "convex/values";
import { internal } from "./_generated/api.js";
import { internalMutation } from "./_generated/server.js";
import { organizationsWithRole, enqueueRole, shouldHaveRole } from "./model/people/memberRoles.ts";

const batch = 50;

/**
 * Looks at every Discord account, batch by batch, and owes a role delivery where what is known is
 * not what should be: who was not in the server, what failed. With `orgId` the organization has a
 * new role, and what was known of the old one is forgotten.
 */
export const reconcile = internalMutation({
  args: {
    orgId: v.optional(v.id("organizations")),
    cursor: v.union(v.string(), v.null()),
  },
  returns: v.null(),
  handler: async (ctx, { orgId, cursor }) => {
    const now = Date.now();
    const page = await ctx.db
      .query("chatAccounts")
      .withIndex("by_platform_and_user", (q) => q.eq("platform", "discord"))
      .paginate({ numItems: batch, cursor });
    const orgs = (await organizationsWithRole(ctx)).filter(({ _id }) => !orgId || _id === orgId);
    for (const account of page.page) {
      const isMember = await shouldHaveRole(ctx, account);
      for (const org of orgs) {
        const known = orgId ? undefined : account.memberRoles?.[org._id];
        if ((known ?? false) === isMember) continue;
        if (orgId) {
          const { [orgId]: _old, ...memberRoles } = account.memberRoles ?? {};
          await ctx.db.patch("chatAccounts", account._id, { memberRoles });
        }
        await enqueueRole(ctx, account, org._id, now);
      }
    }
    if (!page.isDone) {
      const next = { cursor: page.continueCursor, ...(orgId && { orgId }) };
      await ctx.scheduler.runAfter(0, internal.memberRoles.reconcile, next);
    }
    return null;
  },
});
