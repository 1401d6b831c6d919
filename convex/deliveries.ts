import { v } from "convex/values";
import { internalQuery } from "./_generated/server.js";
import { adminMutation, adminQuery, botMutation, botQuery } from "./functions.ts";
import { bounded } from "./model/bounded.ts";
import { channel } from "./model/fields.ts";
import { complete } from "./model/deliveries/complete.ts";
import { outcome } from "./model/deliveries/kind.ts";
import { lease as leaseNext, markSending } from "./model/deliveries/lease.ts";
import { countDeliveries, nextReadyAt, retryDelivery } from "./model/deliveries/queue.ts";
import { deliveryPayload } from "./model/kinds/index.ts";
import { deliveryEntry, failedDeliveries, kindOf } from "./model/kinds/registry.ts";

// The bots' way to the delivery queue, and the admins'.

const maxLeased = 50;

/**
 * When this bot's platform next has something to send (Unix milliseconds), or null. The bots
 * subscribe to this query: it changes when something is enqueued, so nobody polls.
 */
export const nextReady = botQuery({
  args: {},
  returns: v.union(v.number(), v.null()),
  handler: async (ctx) => await nextReadyAt(ctx, ctx.bot.platform),
});

const leaseRef = v.object({ deliveryId: v.id("deliveries"), fencingToken: v.number() });

const leased = leaseRef.extend({
  key: v.string(),
  part: v.string(),
  /** A person's own id, where `isPerson`: what is sent there is private. */
  to: channel.pick("chatId", "threadId", "locale", "timezone").extend({ isPerson: v.boolean() }),
  payload: deliveryPayload,
  /** The message that it edits. */
  messageId: v.optional(v.string()),
  /** Of what is shown now: a rendering with the same fingerprint need not be sent. */
  fingerprint: v.optional(v.string()),
});

/** Leases deliveries to the calling bot: at most one for each destination, `limit` in all. */
export const lease = botMutation({
  args: { limit: v.number() },
  returns: v.array(leased),
  handler: async (ctx, { limit }) => {
    const max = bounded(limit, maxLeased);
    const next = await leaseNext(ctx, kindOf, ctx.bot.platform, max, Date.now());
    return next.map(({ delivery: { _id: deliveryId, fencingToken, key, part }, ...loaded }) => ({
      deliveryId,
      fencingToken,
      key,
      part,
      ...loaded,
    }));
  },
});

/**
 * One step of a sending bot, in one round trip: how the last try ended, and that the next one
 * begins. Gives whether the next may be sent.
 */
export const step = botMutation({
  args: {
    completed: v.optional(leaseRef.extend({ outcome })),
    begins: v.optional(leaseRef),
  },
  returns: v.boolean(),
  handler: async (ctx, { completed, begins }) => {
    const now = Date.now();
    const { platform } = ctx.bot;
    if (completed) await complete(ctx, kindOf, platform, completed, now);
    return begins ? await markSending(ctx, kindOf, platform, begins, now) : false;
  },
});

/** How many deliveries are in each state, counted up to a thousand: `npx convex run` it. */
export const countByState = internalQuery({
  args: {},
  returns: v.record(v.string(), v.number()),
  handler: async (ctx) => await countDeliveries(ctx),
});

/** What failed or waits, newest first, for an admin. */
export const list = adminQuery({
  args: {},
  returns: v.array(deliveryEntry),
  handler: async (ctx) => await failedDeliveries(ctx),
});

/**
 * Sends again what is dead or ambiguous. An admin's decision: an ambiguous one may arrive twice.
 *
 * @throws no-such-delivery, cannot-retry
 */
export const retry = adminMutation({
  args: { deliveryId: v.string() },
  returns: v.null(),
  handler: async (ctx, { deliveryId }) => {
    await retryDelivery(ctx, deliveryId, Date.now());
    return null;
  },
});
