import { internal } from "../../_generated/api.js";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { correct, recentlyTold } from "../deliveries/corrections.ts";
import { owe, toChannel } from "../deliveries/queue.ts";
import { listingsOf } from "./listings.ts";
import { named } from "./named.ts";
import { reminderExpiry } from "./reminders.ts";

// What is worth telling, written in the transaction that made it true. Reaching the channels is
// scheduled from the same transaction, in batches.

const day = 24 * 60 * 60 * 1000;

type Announcement = Omit<Doc<"announcements">, "_id" | "_creationTime">;
type Told = Pick<Announcement, "topic" | "kind" | "expiresAt"> & Partial<Announcement>;

/** Writes one announcement and sends it on its way; one that is known already is left as it is. */
async function tell(
  ctx: MutationCtx,
  orgId: Id<"organizations">,
  told: Told,
  events: Doc<"events">[],
  now: number,
): Promise<void> {
  const key = `${told.topic}@${orgId}`;
  const known = await ctx.db
    .query("announcements")
    .withIndex("by_key", (q) => q.eq("key", key))
    .unique();
  if (known) return;
  const [only, ...others] = events;
  const announcementId = await ctx.db.insert("announcements", {
    ...told,
    key,
    orgId,
    ...(only && others.length === 0 && { eventId: only._id }),
    events: named(events),
    total: told.total ?? events.length,
    version: 1,
    moves: only?.moves ?? 0,
    createdAt: now,
  });
  await ctx.scheduler.runAfter(0, internal.announcements.fanOut, {
    announcementId,
    everyOrganization: false,
    cursor: null,
  });
}

export async function tellNew(
  ctx: MutationCtx,
  orgId: Id<"organizations">,
  event: Doc<"events">,
  now: number,
): Promise<void> {
  const topic = `new:${event._id}:${event.returns ?? 0}`;
  await tell(ctx, orgId, { topic, kind: "new", expiresAt: event.startDate }, [event], now);
}

/** Several new events at once, or a calendar's first sync: one message, not many. */
export async function tellDigest(
  ctx: MutationCtx,
  orgId: Id<"organizations">,
  { events, total }: { events: Doc<"events">[]; total: number },
  now: number,
): Promise<void> {
  const topic = `digest:${orgId}:${now}`;
  await tell(ctx, orgId, { topic, kind: "new", total, expiresAt: now + day }, events, now);
}

/**
 * A new time. What was told less than a minute ago is corrected instead: nobody needs two
 * messages about an event that moved twice while somebody was typing.
 */
export async function tellMoved(
  ctx: MutationCtx,
  event: Doc<"events">,
  previousStart: number,
  now: number,
): Promise<void> {
  // Whichever calendar was read first, the channels of all that list the event hear.
  for (const { orgId } of await listingsOf(ctx, event._id)) {
    const recent = await recentlyTold(ctx, event._id, orgId, now);
    if (recent) {
      await correct(ctx, recent, event, now);
      continue;
    }
    const topic = `moved:${event._id}:${event.moves}`;
    const expiresAt = Math.max(event.startDate, previousStart);
    await tell(ctx, orgId, { topic, kind: "moved", previousStart, expiresAt }, [event], now);
  }
}

export async function tellCancelled(
  ctx: MutationCtx,
  event: Doc<"events">,
  orgIds: Id<"organizations">[],
  now: number,
): Promise<void> {
  const topic = `cancelled:${event._id}:${event.moves}`;
  const told = { topic, kind: "cancelled" as const, expiresAt: event.startDate };
  for (const orgId of orgIds) await tell(ctx, orgId, told, [event], now);
}

export async function tellReminder(
  ctx: MutationCtx,
  orgId: Id<"organizations">,
  event: Doc<"events">,
  minutesBefore: number,
  now: number,
): Promise<void> {
  const topic = `reminder:${event._id}:${event.startDate}:${minutesBefore}`;
  const expiresAt = reminderExpiry(event.startDate, minutesBefore);
  await tell(ctx, orgId, { topic, kind: "reminder", minutesBefore, expiresAt }, [event], now);
}

/** One channel's agenda: an announcement for that channel alone. */
export async function tellAgenda(
  ctx: MutationCtx,
  channel: Doc<"channels">,
  orgId: Id<"organizations">,
  { events, total, due }: { events: Doc<"events">[]; total: number; due: number },
  now: number,
): Promise<void> {
  const topic = `agenda:${channel._id}:${due}`;
  const known = await ctx.db
    .query("announcements")
    .withIndex("by_key", (q) => q.eq("key", topic))
    .unique();
  if (known) return;
  const id = await ctx.db.insert("announcements", {
    key: topic,
    topic,
    kind: "agenda",
    orgId,
    events: named(events),
    total,
    version: 1,
    moves: 0,
    createdAt: now,
    expiresAt: due + 6 * 60 * 60 * 1000,
  });
  const announcement = await ctx.db.get("announcements", id);
  if (announcement) await oweAnnouncement(ctx, channel, announcement, now);
}

/** Owes a channel an announcement. */
export async function oweAnnouncement(
  ctx: MutationCtx,
  channel: Doc<"channels">,
  { _id: announcementId, topic, expiresAt }: Doc<"announcements">,
  now: number,
): Promise<void> {
  const work = { do: "announce" as const, announcementId };
  await owe(ctx, toChannel(channel), { topic, work, expiresAt }, now);
}

/** Whether a channel asked to hear this. */
export function wants(channel: Doc<"channels">, announcement: Doc<"announcements">): boolean {
  const { kind, minutesBefore } = announcement;
  if (!channel.kinds.includes(kind)) return false;
  return minutesBefore === undefined || channel.reminders.includes(minutesBefore);
}
