import { v } from "convex/values";
import { internal } from "./_generated/api.js";
import { internalMutation } from "./_generated/server.js";
import { forgetBareAccount } from "./model/accounts/deletion.ts";
import { retention, type RetentionRule, sweepBatch } from "./model/consequences/retention.ts";

const rules = Object.keys(retention) as RetentionRule[];

/** Deletes what a rule of `model/consequences/retention.ts` no longer keeps, batch after batch. */
export const expired = internalMutation({
  args: {
    rule: v.union(...rules.map((rule) => v.literal(rule))),
    after: v.optional(v.number()),
  },
  returns: v.null(),
  handler: async (ctx, { rule, after = 0 }) => {
    const next = await sweepBatch(ctx, rule, Date.now(), after);
    if (next !== null)
      await ctx.scheduler.runAfter(0, internal.sweep.expired, { rule, after: next });
    return null;
  },
});

/** Deletes a chat account whose user was deleted, unless it was used again meanwhile. */
export const bareAccount = internalMutation({
  args: { accountId: v.id("chatAccounts"), changedAt: v.number() },
  returns: v.null(),
  handler: async (ctx, { accountId, changedAt }) => {
    await forgetBareAccount(ctx, accountId, changedAt);
    return null;
  },
});
