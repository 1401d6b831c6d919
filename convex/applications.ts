import { v } from "convex/values";
import { chatSubject } from "../shared/identity.ts";
import { internal } from "./_generated/api.js";
import { internalMutation } from "./_generated/server.js";
import {
  chatMutation,
  moderatorMutation,
  moderatorQuery,
  userMutation,
  userQuery,
} from "./functions.ts";
import { fanOutCard, shownApplication, toShown } from "./model/people/reviewCards.ts";
import * as applications from "./model/people/applications.ts";
import { moderatorById } from "./model/callers/caller.ts";
import { locale, platform } from "./model/fields.ts";
import { admit, isForMembers, rememberRequest } from "./model/people/joinRequests.ts";
import { countApplication } from "./model/callers/limits.ts";
import { refusal } from "./model/refusal.ts";
import { userFor } from "./model/accounts/newUsers.ts";
import { plainName } from "./model/callers/users.ts";

const decisionBatch = 20;
const maxShown = 10;
const maxSuggested = 25;
const maxCounted = 100;
/** In UTF-16 code units. */
const maxLengths = { goal: 280, motivation: 500, otherNames: 200 };

/** The caller's last application; null if there is none. */
export const mine = userQuery({
  args: {},
  returns: v.union(shownApplication, v.null()),
  handler: async (ctx) => {
    const row = await applications.latestOf(ctx, ctx.caller.user._id);
    return row && toShown(row);
  },
});

/**
 * Applies for membership: goal of 1 to 280 characters, motivation of 1 to 500, names elsewhere of
 * at most 200. `name`, `handle` and `locale` come from the caller's platform. Refused to
 * applicants, members and blocked accounts, and after three applications within a day.
 */
export const submit = chatMutation({
  args: {
    goal: v.string(),
    motivation: v.string(),
    otherNames: v.optional(v.string()),
    name: v.string(),
    handle: v.optional(v.string()),
    locale: v.optional(locale),
  },
  returns: v.null(),
  handler: async (ctx, { name, handle, locale, ...written }) => {
    const form = { goal: written.goal.trim(), motivation: written.motivation.trim() };
    const otherNames = written.otherNames?.trim();
    if (form.goal === "" || form.goal.length > maxLengths.goal) throw refusal("bad-goal");
    if (form.motivation === "" || form.motivation.length > maxLengths.motivation)
      throw refusal("bad-motivation");
    if (otherNames && otherNames.length > maxLengths.otherNames) throw refusal("bad-other-names");
    const now = Date.now();
    const user = await userFor(ctx, ctx.caller, { name, handle, locale }, now);
    const who = { name: name.slice(0, 64), ...(handle && { handle: handle.slice(0, 64) }) };
    const whole = { ...form, ...who, ...(otherNames && { otherNames }) };
    const { chat } = ctx.caller;
    await applications.apply(ctx, user, chat, whole, now);
    await countApplication(ctx, chatSubject(chat.platform, chat.platformUserId));
    return null;
  },
});

/** Withdraws the caller's pending application. */
export const withdraw = userMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    await applications.withdraw(ctx, ctx.caller, Date.now());
    return null;
  },
});

/**
 * Stores the caller's request to join a Telegram chat that an admin named for members; "elsewhere" for
 * any other chat, whose own admins decide. It is approved for members ("admitted") and declined for
 * blocked accounts ("refused"). For others the decision on their application answers it: "apply" if
 * they have not applied yet, else "pending".
 */
export const requestJoin = chatMutation({
  args: { chatId: v.string(), title: v.string() },
  returns: v.union(
    v.literal("admitted"),
    v.literal("refused"),
    v.literal("apply"),
    v.literal("pending"),
    v.literal("elsewhere"),
  ),
  handler: async (ctx, { chatId, title }) => {
    const { chat, accessLevel } = ctx.caller;
    if (chat.platform !== "telegram") throw refusal("bad-request");
    if (!(await isForMembers(ctx, chatId))) return "elsewhere";
    const now = Date.now();
    const about = { platformUserId: chat.platformUserId, chatId, title: title.slice(0, 120) };
    const request = await rememberRequest(ctx, about, now);
    if (accessLevel === "stranger" || accessLevel === "incomplete") return "apply";
    if (accessLevel === "pending") return "pending";
    const isMember = accessLevel !== "suspended" && accessLevel !== "banned";
    if (request) await admit(ctx, request, isMember, now);
    return isMember ? "admitted" : "refused";
  },
});

/**
 * Pending applications, the oldest first: ten of them, and their number, counted up to a hundred.
 */
export const pending = moderatorQuery({
  args: {},
  returns: v.object({ shown: v.array(shownApplication), count: v.number() }),
  handler: async (ctx) => {
    const rows = await ctx.db
      .query("applications")
      .withIndex("by_status", (q) => q.eq("status", "pending"))
      .take(maxCounted);
    return { shown: rows.slice(0, maxShown).map(toShown), count: rows.length };
  },
});

/** Autocomplete for moderators: at most 25, the oldest pending ones when nothing is typed. */
export const suggest = moderatorQuery({
  args: { typed: v.string() },
  returns: v.array(shownApplication.pick("_id", "name", "handle")),
  handler: async (ctx, { typed }) => {
    const words = plainName(typed).slice(0, 100);
    const rows = words
      ? await ctx.db
          .query("applications")
          .withSearchIndex("search_who", (q) => q.search("who", words).eq("status", "pending"))
          .take(maxSuggested)
      : await ctx.db
          .query("applications")
          .withIndex("by_status", (q) => q.eq("status", "pending"))
          .take(maxSuggested);
    return rows.map(({ _id, name, handle }) => ({
      _id,
      name,
      ...(handle !== undefined && { handle }),
    }));
  },
});

/**
 * Finds applications by id, handle or name, at most five: those of exactly that name or handle,
 * pending before decided; else those with a similar name or similar names elsewhere, which a
 * moderator has to choose from, even if it is only one.
 */
export const find = moderatorQuery({
  args: { who: v.string() },
  returns: v.array(shownApplication),
  handler: async (ctx, args) => {
    const who = args.who.trim().slice(0, 100);
    const id = ctx.db.normalizeId("applications", who);
    const byId = id && (await ctx.db.get("applications", id));
    if (byId) return [toShown(byId)];
    return (await applications.byName(ctx, who)).map(toShown);
  },
});

/**
 * Decides an application. `isNew` is false when it was decided before: nothing changes, and the
 * application names the earlier decision. `reason` is one of the menu ("code:unclear") or free
 * text.
 */
export const decide = moderatorMutation({
  args: {
    applicationId: v.string(),
    decision: v.union(v.literal("approve"), v.literal("reject")),
    reason: v.optional(v.string()),
  },
  returns: v.object({ isNew: v.boolean(), application: shownApplication }),
  handler: async (ctx, { applicationId, decision, reason }) => {
    const id = ctx.db.normalizeId("applications", applicationId);
    if (!id) throw refusal("no-such-application");
    const words = reason?.trim().slice(0, 300);
    const verdict = { decision, ...(words && { reason: words }) };
    const decided = await applications.decide(ctx, ctx.caller, id, verdict, Date.now());
    return { isNew: decided.isNew, application: toShown(decided.application) };
  },
});

/**
 * Approves all applications that were pending at `until` (Unix milliseconds): later ones were not
 * seen by the moderator who confirmed. Continues in batches while the caller is a moderator.
 */
export const approveAll = moderatorMutation({
  args: { until: v.number() },
  returns: v.null(),
  handler: async (ctx, { until }) => {
    const { user, from } = ctx.caller;
    const args = { reviewer: user._id, from, until };
    await ctx.scheduler.runAfter(0, internal.applications.approveBatch, args);
    return null;
  },
});

export const approveBatch = internalMutation({
  args: {
    reviewer: v.id("users"),
    from: v.union(platform, v.literal("privy"), v.literal("clerk")),
    until: v.number(),
  },
  returns: v.null(),
  handler: async (ctx, { reviewer, from, until }) => {
    const caller = await moderatorById(ctx, reviewer, from);
    if (!caller) return null;
    const rows = await ctx.db
      .query("applications")
      .withIndex("by_status", (q) => q.eq("status", "pending").lte("appliedAt", until))
      .take(decisionBatch);
    const now = Date.now();
    for (const { _id } of rows)
      await applications.decide(ctx, caller, _id, { decision: "approve" }, now);
    // Applications that were handled are not pending any more, so the next batch starts with
    // others.
    if (rows.length === decisionBatch) {
      const next = { reviewer, from, until };
      await ctx.scheduler.runAfter(0, internal.applications.approveBatch, next);
    }
    return null;
  },
});

/** Enqueues the cards of a new application to all subscribed chats, batch by batch. */
export const fanOut = internalMutation({
  args: { applicationId: v.id("applications"), cursor: v.union(v.string(), v.null()) },
  returns: v.null(),
  handler: async (ctx, { applicationId, cursor }) => {
    const application = await ctx.db.get("applications", applicationId);
    if (application?.status !== "pending") return null;
    const task = { kind: "card" as const, applicationId };
    const next = await fanOutCard(ctx, task, cursor, Date.now());
    if (next !== null)
      await ctx.scheduler.runAfter(0, internal.applications.fanOut, {
        applicationId,
        cursor: next,
      });
    return null;
  },
});

/** Continues enqueuing edits of an application's cards. */
export const correctMore = internalMutation({
  args: { applicationId: v.id("applications"), version: v.number(), after: v.number() },
  returns: v.null(),
  handler: async (ctx, { applicationId, version, after }) => {
    const application = { _id: applicationId, version };
    await applications.updateCards(ctx, application, after, Date.now());
    return null;
  },
});
