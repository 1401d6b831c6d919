import { v } from "convex/values";
import { internal } from "./_generated/api.js";
import { internalMutation } from "./_generated/server.js";
import { forgetBareAccount } from "./model/accounts/deletion.ts";
import { eraseNotices, eraseReviewer } from "./model/accounts/erasure.ts";
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

const cursor = v.union(v.string(), v.null());

/** Erases the notices to a deleted person's chat account, page by page. */
export const notices = internalMutation({
  args: { destination: v.string(), isBare: v.boolean(), cursor },
  returns: v.null(),
  handler: async (ctx, { cursor, ...of }) => {
    const next = await eraseNotices(ctx, { ...of, cursor });
    if (next !== null)
      await ctx.scheduler.runAfter(0, internal.sweep.notices, { ...of, cursor: next });
    return null;
  },
});

/** Erases a deleted moderator's name from what they decided, page by page. */
export const reviewerNames = internalMutation({
  args: { userId: v.id("users"), cursor },
  returns: v.null(),
  handler: async (ctx, { userId, cursor }) => {
    const next = await eraseReviewer(ctx, { userId, cursor });
    if (next !== null)
      await ctx.scheduler.runAfter(0, internal.sweep.reviewerNames, { userId, cursor: next });
    return null;
  },
});
