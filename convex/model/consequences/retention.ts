import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { kindOf } from "../kinds/registry.ts";
import { invalidateBoards } from "../live/boards.ts";

// What is deleted when. Each rule deletes one bounded batch; the sweep calls it again until nothing
// is left.

const hour = 60 * 60 * 1000;
const day = 24 * hour;
const month = 30 * day;
const batch = 500;

/**
 * Deletes a batch of what is older than its retention at `now` (Unix milliseconds); gives where the
 * next batch begins (`after`), null where nothing is left.
 */
type Rule = (ctx: MutationCtx, now: number, after: number) => Promise<number | null>;

export const retention = {
  /** Forms, a day after their last answer. */
  dialogs: async ({ db }, now) => {
    const old = db.query("dialogs").withIndex("by_changed", (q) => q.lt("changedAt", now - day));
    return await deleteBatch(db, await old.take(batch));
  },
  /** Requests to join a chat, after a month without an application. */
  joinRequests: async ({ db }, now) => {
    const old = db.query("joinRequests").withIndex("by_at", (q) => q.lt("at", now - month));
    return await deleteBatch(db, await old.take(batch));
  },
  /** A chat's rate limit, an hour after its bucket was full. */
  chatRateLimits: async ({ db }, now) => {
    const old = db.query("chatRateLimits").withIndex("by_full", (q) => q.lt("fullAt", now - hour));
    return await deleteBatch(db, await old.take(batch));
  },
  /** Counted tries, a day after the last one. */
  rateLimits: async ({ db }, now) => {
    const old = db.query("rateLimits").withIndex("by_ts", (q) => q.lt("ts", now - day));
    return await deleteBatch(db, await old.take(batch));
  },
  /** Link codes, an hour after they expired: until then a late one gets its own refusal. */
  linkCodes: async ({ db }, now) => {
    const old = db.query("linkCodes").withIndex("by_expires", (q) => q.lt("expiresAt", now - hour));
    return await deleteBatch(db, await old.take(batch));
  },
  /** Receipts of webhooks, after a week: no provider repeats a webhook for longer. */
  receipts: async ({ db }, now) => {
    const old = db.query("receipts").withIndex("by_at", (q) => q.lt("at", now - 7 * day));
    return await deleteBatch(db, await old.take(batch));
  },
  /** A person's webhook events, when they expire: a day after they happened. */
  webhookEvents: async ({ db }, now) => {
    const old = db.query("webhookEvents").withIndex("by_expires", (q) => q.lte("expiresAt", now));
    return await deleteBatch(db, await old.take(batch));
  },
  /** Announcements, after a month, each with its deliveries. */
  announcements: async ({ db }, now) => {
    const old = await db
      .query("announcements")
      .withIndex("by_creation_time", (q) => q.lt("_creationTime", now - month))
      .first();
    if (!old) return null;
    const deliveries = await db
      .query("deliveries")
      .withIndex("by_announcement", (q) => q.eq("task.announcementId", old._id))
      .take(batch);
    await deleteBatch(db, deliveries);
    if (deliveries.length < batch) await db.delete("announcements", old._id);
    return 0;
  },
  /** Other deliveries that have ended, after a month, unless their kind still needs them. */
  deliveries: async (ctx, now, after) => {
    const rows = await ctx.db
      .query("deliveries")
      .withIndex("by_creation_time", (q) =>
        q.gt("_creationTime", after).lt("_creationTime", now - month),
      )
      .take(batch);
    for (const row of rows)
      if (!row.isOpen && !(await kindOf(row).isKept(ctx, row)))
        await ctx.db.delete("deliveries", row._id);
    const last = rows.at(-1);
    return last && rows.length === batch ? last._creationTime : null;
  },
  /** Queues of events, a month after they were closed, with their entries, one queue at a time. */
  queues: async (ctx, now) => {
    const old = await ctx.db
      .query("queues")
      .withIndex("by_open", (q) => q.eq("isOpen", false).lt("changedAt", now - month))
      .first();
    if (!old) return null;
    const entries = await ctx.db
      .query("queuePositions")
      .withIndex("by_event", (q) => q.eq("eventId", old.eventId))
      .take(batch);
    await deleteBatch(ctx.db, entries);
    if (entries.length < batch) {
      await ctx.db.delete("queues", old._id);
      await invalidateBoards(ctx, `queue:${old.eventId}`, now);
    }
    return 0;
  },
} satisfies Record<string, Rule>;

export type RetentionRule = keyof typeof retention;

type Swept =
  | "announcements"
  | "chatRateLimits"
  | "deliveries"
  | "dialogs"
  | "joinRequests"
  | "linkCodes"
  | "queuePositions"
  | "rateLimits"
  | "receipts"
  | "webhookEvents";

async function deleteBatch<Table extends Swept>(
  db: MutationCtx["db"],
  rows: Doc<Table>[],
): Promise<number | null> {
  for (const { _id } of rows) await db.delete(_id);
  return rows.length === batch ? 0 : null;
}

/** Deletes a batch by one rule; null where nothing is left. */
export async function sweepBatch(
  ctx: MutationCtx,
  rule: RetentionRule,
  now: number,
  after: number,
): Promise<number | null> {
  const sweep: Rule = retention[rule];
  return await sweep(ctx, now, after);
}
