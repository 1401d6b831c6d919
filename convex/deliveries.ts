import { v } from "convex/values";
import { internalQuery } from "./_generated/server.js";
import { adminMutation, adminQuery, botMutation, botQuery } from "./functions.ts";
import { bounded } from "./model/bounded.ts";
import { claim as claimMessages } from "./model/deliveries/claims.ts";
import { shownBoard } from "./model/kinds/boardViews.ts";
import { mirrorView } from "./model/events/mirrorViews.ts";
import { shownQueueNotice } from "./model/queue/telling.ts";
import { shownApplication } from "./model/people/cards.ts";
import { announcement, boardView, channel, toldNotice } from "./model/fields.ts";
import { needyCharity } from "./model/giving/charityViews.ts";
import { reportView } from "./model/giving/reports.ts";
import { weekView } from "./model/giving/week.ts";
import { eventTold } from "./model/events/eventNotices.ts";
import { publicEvent } from "./model/events/eventViews.ts";
import { reopen } from "./model/deliveries/queue.ts";
import { entryOf, ledgerEntry } from "./model/kinds/ledgerViews.ts";
import { refusal } from "./model/refusal.ts";
import { outcome } from "./model/deliveries/outcome.ts";
import { begin, settle } from "./model/deliveries/settlements.ts";
import { toTold } from "./model/kinds/told.ts";

const mostClaimed = 50;
const mostListed = 20;
const failedStates = ["dead", "unknown", "pending", "sending"] as const;

/**
 * When this bot's platform next has something to send (Unix milliseconds), or null. The bots hold
 * this query live: it changes when a message is owed, so nobody polls.
 */
export const nextReady = botQuery({
  args: {},
  returns: v.union(v.number(), v.null()),
  handler: async (ctx) => {
    const first = await ctx.db
      .query("outboxes")
      .withIndex("by_platform_and_ready", (q) => q.eq("platform", ctx.bot.platform))
      .first();
    return first?.readyAt ?? null;
  },
});

const held = v.object({ deliveryId: v.id("deliveries"), fence: v.number() });

const about = v.union(
  v.object({
    do: v.literal("announce"),
    announcement: announcement.pick("kind", "events", "total", "previousStart", "minutesBefore"),
    event: v.union(publicEvent, v.null()),
  }),
  v.object({ do: v.literal("card"), application: shownApplication }),
  v.object({ do: v.literal("charity"), charity: needyCharity }),
  v.object({ do: v.literal("distribution"), week: weekView }),
  v.object({ do: v.literal("report"), report: reportView }),
  v.object({ do: v.literal("queue"), notice: shownQueueNotice }),
  v.object({ do: v.literal("notice"), notice: toldNotice }),
  v.object({ do: v.literal("event"), ...eventTold.fields }),
  v.object({ do: v.literal("admit"), chatId: v.string(), isApproved: v.boolean() }),
  v.object({
    do: v.literal("role"),
    guildId: v.string(),
    role: v.string(),
    isGranted: v.boolean(),
  }),
  v.object({ do: v.literal("board"), ...shownBoard.fields }),
  v.object({ do: v.literal("retire"), view: boardView }),
  v.object({ do: v.literal("mirror"), mirror: mirrorView }),
);

const claimed = held.extend({
  key: v.string(),
  part: v.string(),
  /** A person's own id, where `isPerson`: what is sent there is private. */
  to: channel.pick("chatId", "threadId", "locale", "timezone").extend({ isPerson: v.boolean() }),
  about,
  messageId: v.optional(v.string()),
  /** Of what was last shown there: what renders the same need not be sent. */
  shownHash: v.optional(v.string()),
});

/** Leases work to the calling bot: at most one piece per destination, `limit` in all. */
export const claim = botMutation({
  args: { limit: v.number() },
  returns: v.array(claimed),
  handler: async (ctx, { limit }) => {
    const most = bounded(limit, mostClaimed);
    const messages = await claimMessages(ctx, ctx.bot.platform, most, Date.now());
    return messages.map(({ delivery, to, about, messageId, shownHash }) => ({
      deliveryId: delivery._id,
      fence: delivery.fence,
      key: delivery.key,
      part: delivery.part,
      to,
      about: toTold(about),
      ...(messageId !== undefined && { messageId }),
      ...(shownHash !== undefined && { shownHash }),
    }));
  },
});

/**
 * One step of a sending bot, in one round trip: what became of the last message, and that the next
 * one begins. Answers whether the next may be sent.
 */
export const step = botMutation({
  args: {
    settled: v.optional(held.extend({ outcome })),
    begins: v.optional(held),
  },
  returns: v.boolean(),
  handler: async (ctx, { settled, begins }) => {
    const now = Date.now();
    const { platform } = ctx.bot;
    if (settled) await settle(ctx, platform, settled, settled.outcome, now);
    return begins ? await begin(ctx, platform, begins, now) : false;
  },
});

const states = [
  "pending",
  "leased",
  "sending",
  "sent",
  "unknown",
  "dead",
  "suppressed",
  "cancelled",
] as const;
const mostCounted = 1000;

/** How many deliveries are in each state, counted up to a thousand: `npx convex run` it. */
export const countByState = internalQuery({
  args: {},
  returns: v.record(v.string(), v.number()),
  handler: async (ctx) => {
    const counts: Record<string, number> = {};
    for (const state of states) {
      const rows = await ctx.db
        .query("deliveries")
        .withIndex("by_state", (q) => q.eq("state", state))
        .take(mostCounted);
      if (rows.length > 0) counts[state] = rows.length;
    }
    return counts;
  },
});

/** What failed or waits, newest first, for an admin. */
export const list = adminQuery({
  args: {},
  returns: v.array(ledgerEntry),
  handler: async (ctx) => {
    const rows = [];
    for (const state of failedStates) {
      rows.push(
        ...(await ctx.db
          .query("deliveries")
          .withIndex("by_state", (q) => q.eq("state", state))
          .order("desc")
          .take(mostListed)),
      );
    }
    const newest = rows.toSorted((a, b) => b._creationTime - a._creationTime).slice(0, mostListed);
    return await Promise.all(newest.map(async (row) => await entryOf(ctx, row)));
  },
});

/** Sends again what is dead or unknown. An admin's decision: an unknown one may arrive twice. */
export const retry = adminMutation({
  args: { deliveryId: v.string() },
  returns: v.null(),
  handler: async (ctx, args) => {
    const id = ctx.db.normalizeId("deliveries", args.deliveryId);
    const row = id && (await ctx.db.get("deliveries", id));
    if (!row) throw refusal("no-such-delivery");
    if (row.state !== "dead" && row.state !== "unknown") throw refusal("cannot-retry");
    await reopen(ctx, row, Date.now());
    return null;
  },
});
