import { internal } from "../../_generated/api.js";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { enqueue, enqueueEdit, toChannel } from "../deliveries/queue.ts";
import { listingsOf, maxListings } from "./lookup.ts";
import { reminderExpiry } from "./schedules.ts";

// Announcements, written in the transaction of the change that they announce. Their deliveries to
// channels are enqueued in scheduled batches.

type Announcement = Omit<Doc<"announcements">, "_id" | "_creationTime">;
type NewAnnouncement = Pick<Announcement, "subjectKey" | "kind" | "expiresAt"> &
  Partial<Announcement>;

/** Inserts an announcement and schedules its deliveries; a known `subjectKey` changes nothing. */
export async function insertAnnouncement(
  ctx: MutationCtx,
  orgId: Id<"organizations">,
  announcement: NewAnnouncement,
  events: Named,
  now: number,
): Promise<void> {
  const key = `${announcement.subjectKey}@${orgId}`;
  const known = await ctx.db
    .query("announcements")
    .withIndex("by_key", (q) => q.eq("key", key))
    .unique();
  if (known) return;
  const [only, ...others] = events;
  const announcementId = await ctx.db.insert("announcements", {
    ...announcement,
    key,
    orgId,
    ...(only && others.length === 0 && { eventId: only.eventId }),
    events,
    total: announcement.total ?? events.length,
    version: 1,
    moves: announcement.moves ?? 0,
    createdAt: now,
  });
  await ctx.scheduler.runAfter(0, internal.announcements.fanOut, {
    announcementId,
    everyOrganization: false,
    cursor: null,
  });
}

export async function announceNew(
  ctx: MutationCtx,
  orgId: Id<"organizations">,
  event: Doc<"events">,
  now: number,
): Promise<void> {
  const subjectKey = `new:${event._id}:${event.returns ?? 0}`;
  await insertAnnouncement(
    ctx,
    orgId,
    { subjectKey, kind: "new", moves: event.moves, expiresAt: event.startDate },
    named([event]),
    now,
  );
}

/**
 * Announces a new start. When the last announcement of the event is less than a minute old, that
 * one is corrected instead of sending a second message.
 */
export async function announceMoved(
  ctx: MutationCtx,
  event: Doc<"events">,
  previousStart: number,
  now: number,
): Promise<void> {
  // Channels of all organizations that list the event are notified, whichever calendar was read
  // first.
  for (const { orgId } of await listingsOf(ctx, event._id)) {
    const recent = await recentAnnouncement(ctx, event._id, orgId, now);
    if (recent) {
      await correct(ctx, recent, event, now);
      continue;
    }
    const subjectKey = `moved:${event._id}:${event.moves}`;
    const expiresAt = Math.max(event.startDate, previousStart);
    await insertAnnouncement(
      ctx,
      orgId,
      { subjectKey, kind: "moved", moves: event.moves, previousStart, expiresAt },
      named([event]),
      now,
    );
  }
}

export async function announceCancelled(
  ctx: MutationCtx,
  event: Doc<"events">,
  orgIds: Id<"organizations">[],
  now: number,
): Promise<void> {
  const subjectKey = `cancelled:${event._id}:${event.moves}`;
  const { moves, startDate: expiresAt } = event;
  const announcement = { subjectKey, kind: "cancelled" as const, moves, expiresAt };
  for (const orgId of orgIds)
    await insertAnnouncement(ctx, orgId, announcement, named([event]), now);
}

export async function announceReminder(
  ctx: MutationCtx,
  orgId: Id<"organizations">,
  event: Doc<"events">,
  minutesBefore: number,
  now: number,
): Promise<void> {
  const subjectKey = `reminder:${event._id}:${event.startDate}:${minutesBefore}`;
  const expiresAt = reminderExpiry(event.startDate, minutesBefore);
  await insertAnnouncement(
    ctx,
    orgId,
    { subjectKey, kind: "reminder", moves: event.moves, minutesBefore, expiresAt },
    named([event]),
    now,
  );
}

/** Announces one channel's agenda, to that channel only. */
export async function announceAgenda(
  ctx: MutationCtx,
  channel: Doc<"channels">,
  orgId: Id<"organizations">,
  { events, total, due }: { events: Doc<"events">[]; total: number; due: number },
  now: number,
): Promise<void> {
  const subjectKey = `agenda:${channel._id}:${due}`;
  const known = await ctx.db
    .query("announcements")
    .withIndex("by_key", (q) => q.eq("key", subjectKey))
    .unique();
  if (known) return;
  const id = await ctx.db.insert("announcements", {
    key: subjectKey,
    subjectKey,
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
  if (announcement) await enqueueAnnouncement(ctx, channel, announcement, now);
}

/** Enqueues an announcement for a channel. */
async function enqueueAnnouncement(
  ctx: MutationCtx,
  channel: Doc<"channels">,
  { _id: announcementId, subjectKey, expiresAt }: Doc<"announcements">,
  now: number,
): Promise<void> {
  const task = { kind: "announce" as const, announcementId };
  await enqueue(ctx, toChannel(channel), { subjectKey, task, expiresAt }, now);
}

/** Whether a channel is subscribed to this announcement. */
function wants(channel: Doc<"channels">, announcement: Doc<"announcements">): boolean {
  const { kind, minutesBefore } = announcement;
  if (!channel.kinds.includes(kind)) return false;
  return minutesBefore === undefined || channel.reminders.includes(minutesBefore);
}

/** Milliseconds in which a correction edits the announcement instead of adding one. */
const correctionMs = 60_000;

/**
 * The last announcement of an event to an organization's channels, if it can still be corrected.
 */
export async function recentAnnouncement(
  ctx: MutationCtx,
  eventId: Id<"events">,
  orgId: Id<"organizations">,
  now: number,
) {
  const latest = await ctx.db
    .query("announcements")
    .withIndex("by_event", (q) => q.eq("eventId", eventId))
    .order("desc")
    .take(maxListings);
  const last = latest.find((one) => one.orgId === orgId && one.kind !== "reminder");
  const isFresh = last && last.kind !== "cancelled" && now - last.createdAt < correctionMs;
  return isFresh ? last : null;
}

/** Replaces the facts of an announcement and schedules edits of its sent messages. */
export async function correct(
  ctx: MutationCtx,
  announcement: Doc<"announcements">,
  event: Doc<"events">,
  now: number,
): Promise<void> {
  const version = announcement.version + 1;
  await ctx.db.patch("announcements", announcement._id, {
    events: named([event]),
    moves: event.moves,
    version,
    expiresAt: Math.max(announcement.expiresAt, event.startDate),
  });
  await ctx.scheduler.runAfter(0, internal.announcements.correctSent, {
    announcementId: announcement._id,
    version,
    cursor: null,
    now,
  });
}

type Named = Doc<"announcements">["events"];

/** Events that a digest or an agenda lists. */
export const maxNamed = 10;

/** The events of an announcement, as they are when it is sent. */
export function named(events: Doc<"events">[]): Named {
  return events.slice(0, maxNamed).map((event) => ({ eventId: event._id, facts: factsOf(event) }));
}

function factsOf(event: Doc<"events">): Named[number]["facts"] {
  const { title, startDate, timezone, lumaUrl, endDate, location, coverImage, isAllDay } = event;
  return {
    title,
    startDate,
    timezone,
    lumaUrl,
    ...(endDate !== undefined && { endDate }),
    ...(location !== undefined && { location }),
    ...(coverImage !== undefined && { coverImage }),
    ...(isAllDay !== undefined && { isAllDay }),
  };
}

/** Channels or deliveries per transaction. */
const batch = 100;

export type FanOut = {
  announcementId: Id<"announcements">;
  /**
   * Which channels come next: those of the announcement's organization, then those subscribed to
   * all.
   */
  everyOrganization: boolean;
  cursor: string | null;
};

/**
 * Enqueues an announcement for a batch of subscribed channels; null after the last batch. Each
 * batch schedules the next in its own transaction, so that each is done exactly once even if the
 * process stops in between.
 */
export async function fanOutAnnouncement(
  ctx: MutationCtx,
  { announcementId, everyOrganization, cursor }: FanOut,
  now: number,
): Promise<FanOut | null> {
  const announcement = await ctx.db.get("announcements", announcementId);
  if (!announcement) return null;
  const orgId = everyOrganization ? undefined : announcement.orgId;
  const page = await ctx.db
    .query("channels")
    .withIndex("by_on_and_org", (q) => q.eq("isOn", true).eq("orgId", orgId))
    .paginate({ numItems: batch, cursor });
  for (const channel of page.page)
    if (wants(channel, announcement)) await enqueueAnnouncement(ctx, channel, announcement, now);
  if (page.isDone && everyOrganization) return null;
  return {
    announcementId,
    everyOrganization: everyOrganization || page.isDone,
    cursor: page.isDone ? null : page.continueCursor,
  };
}

/** Enqueues edits for a batch of sent messages. Returns the next cursor, null after the last. */
export async function editAnnouncement(
  ctx: MutationCtx,
  {
    announcementId,
    version,
    cursor,
  }: Pick<FanOut, "announcementId" | "cursor"> & { version: number },
  now: number,
): Promise<string | null> {
  const announcement = await ctx.db.get("announcements", announcementId);
  if (announcement?.version !== version) return null;
  const page = await ctx.db
    .query("deliveries")
    .withIndex("by_announcement", (q) => q.eq("task.announcementId", announcementId))
    .paginate({ numItems: batch, cursor });
  for (const delivery of page.page) await enqueueEdit(ctx, delivery, announcement, now);
  return page.isDone ? null : page.continueCursor;
}
