import { chatSubject } from "../../../shared/identity.ts";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";
import { feedsOf } from "../events/feeds.ts";
import { newestRsvps } from "../events/rsvpViews.ts";
import { newestReminders } from "../events/myReminders.ts";
import { subscriptionsOf } from "../giving/subscriptions.ts";
import { webhookEventsOf } from "../people/webhookEvents.ts";
import type { ChatCaller } from "../callers/caller.ts";
import { accountsOf } from "../callers/chatAccounts.ts";
import { dialogOf } from "../people/dialogs.ts";
import { requestsOf } from "../people/joinRequests.ts";
import { profileOf } from "../callers/users.ts";

const maxRows = 500;

/**
 * Everything that is stored about a user, for their own export: all their rows and no one else's. A
 * moderator who decided appears by the name that the user was shown, not by an id.
 */
export async function exportOf(ctx: QueryCtx, user: Doc<"users">): Promise<object> {
  const applications = await ctx.db
    .query("applications")
    .withIndex("by_user", (q) => q.eq("userId", user._id))
    .take(maxRows);
  const log = await ctx.db
    .query("auditLog")
    .withIndex("by_subject", (q) => q.eq("subject", user._id))
    .take(maxRows);
  const accounts = await accountsOf(ctx, user._id);
  const forms = await Promise.all(accounts.map(async (account) => await dialogOf(ctx, account)));
  const requests = accounts
    .filter(({ platform }) => platform === "telegram")
    .map(async ({ platformUserId }) => await requestsOf(ctx, platformUserId));
  return {
    user,
    profile: await profileOf(ctx, user._id),
    chatAccounts: accounts,
    applications: applications.map(({ reviewer, cards: _cards, ...rest }) => ({
      ...rest,
      decided: !!reviewer,
    })),
    joinRequests: (await Promise.all(requests)).flat(),
    subscriptions: await subscriptionsOf(ctx, user._id),
    gifts: await ofUser(ctx, "gifts", user._id),
    reports: await ofUser(ctx, "reports", user._id),
    places: (await placesOf(ctx, user._id)).map(({ calledBy: _host, ...rest }) => rest),
    webhookEvents: await webhookEventsOf(ctx, user._id, { limit: maxRows }),
    rsvps: await newestRsvps(ctx, { userId: user._id }, maxRows),
    reminders: await newestReminders(ctx, { userId: user._id }, maxRows),
    calendarLinks: await feedsOf(ctx, { userId: user._id }),
    forms: forms.filter((form) => form !== null),
    log: log.map(({ actor, ...rest }) => ({ ...rest, byMyself: actor === user._id })),
  };
}

/** Everything that is stored about a chat account that has no user, for its own export. */
export async function exportOfAccount(
  ctx: QueryCtx,
  { platform, platformUserId, account }: ChatCaller["chat"],
): Promise<object> {
  const owner = { account: chatSubject(platform, platformUserId) };
  const form = await dialogOf(ctx, { platform, platformUserId });
  return {
    user: null,
    chatAccounts: account ? [account] : [],
    joinRequests: platform === "telegram" ? await requestsOf(ctx, platformUserId) : [],
    rsvps: await newestRsvps(ctx, owner, maxRows),
    reminders: await newestReminders(ctx, owner, maxRows),
    calendarLinks: await feedsOf(ctx, owner),
    forms: form ? [form] : [],
  };
}

/** The user's queue entries, newest first. */
async function placesOf(ctx: QueryCtx, userId: Id<"users">): Promise<Doc<"queuePositions">[]> {
  return await ctx.db
    .query("queuePositions")
    .withIndex("by_user", (q) => q.eq("userId", userId))
    .order("desc")
    .take(maxRows);
}

/** The user's rows of one table of giving, newest first. */
async function ofUser(
  ctx: QueryCtx,
  table: "gifts" | "reports",
  userId: Id<"users">,
): Promise<object[]> {
  return await ctx.db
    .query(table)
    .withIndex("by_user", (q) => q.eq("userId", userId))
    .order("desc")
    .take(maxRows);
}
