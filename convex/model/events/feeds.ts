import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { type Owner, ownerOf, type Actor } from "../people/actors.ts";
import { type EventCard, type PublicEvent, toCard, toPublic } from "./eventViews.ts";
import type { FeedVersion } from "./calendarLinks.ts";
import { newestRsvps } from "./rsvpViews.ts";

// A person's own calendar feed (iCalendar) behind an unguessable link, which `calendarLinks.ts`
// makes and verifies.

const maxFeeds = 10;
const maxInFeed = 200;
/** Milliseconds for which past events stay in a feed. */
const pastMs = 30 * 24 * 60 * 60 * 1000;
/**
 * Milliseconds for which a cancelled event stays, marked as cancelled: an entry that only vanished would
 * stay in calendars that were copied or are rarely read.
 */
const cancelledMs = 14 * 24 * 60 * 60 * 1000;
const maxCancelled = 100;

export async function feedsOf(ctx: Pick<QueryCtx, "db">, owner: Owner): Promise<Doc<"feeds">[]> {
  const feeds = ctx.db.query("feeds");
  const own =
    "userId" in owner
      ? feeds.withIndex("by_user", (q) => q.eq("userId", owner.userId))
      : feeds.withIndex("by_account", (q) =>
          q.eq("account", owner.account).eq("userId", undefined),
        );
  return await own.take(maxFeeds);
}

/** An owner's feed row; inserted when there is none. */
export async function feedFor(ctx: MutationCtx, who: Actor): Promise<FeedVersion> {
  const [known] = await feedsOf(ctx, ownerOf(who));
  if (known) return { feedId: known._id, version: known.version };
  return { feedId: await ctx.db.insert("feeds", { ...who, version: 1 }), version: 1 };
}

/**
 * Revokes an owner's link and returns the data of the new one. `version` is that of the link that
 * was shown, so that pressing the button twice revokes it once.
 */
export async function renewFeed(
  ctx: MutationCtx,
  who: Actor,
  version: number,
): Promise<FeedVersion> {
  const feeds = await feedsOf(ctx, ownerOf(who));
  if (feeds[0]?.version === version)
    for (const feed of feeds) await ctx.db.patch("feeds", feed._id, { version: feed.version + 1 });
  return await feedFor(ctx, who);
}

/**
 * The events of a feed: upcoming and recent ones in which the owner has a seat, and for two weeks
 * those that were cancelled.
 */
export async function feedEvents(ctx: QueryCtx, feed: Actor, now: number): Promise<PublicEvent[]> {
  const events = [];
  for (const { answer, isWaiting, eventId } of await newestRsvps(ctx, ownerOf(feed), maxInFeed)) {
    if (answer !== "going" || isWaiting) continue;
    const event = await ctx.db.get("events", eventId);
    if (!event?.isPublished) continue;
    if (event.status === "cancelled" && !isFreshlyCancelled(event, now)) continue;
    if (event.endsBy > now - pastMs) events.push(toPublic(event));
  }
  return events.toSorted((a, b) => a.startDate - b.startDate);
}

function isFreshlyCancelled({ changedAt = 0 }: Doc<"events">, now: number): boolean {
  return changedAt > now - cancelledMs;
}

/**
 * The events of an organization, or of all, that were cancelled within the last two weeks, for its
 * feed.
 */
export async function cancelledEvents(
  ctx: QueryCtx,
  orgId: Id<"organizations"> | undefined,
  now: number,
): Promise<EventCard[]> {
  const events = ctx.db.query("events");
  const since = now - cancelledMs;
  const recent = orgId
    ? events.withIndex("by_org_and_status_and_change", (q) =>
        q.eq("orgId", orgId).eq("status", "cancelled").gt("changedAt", since),
      )
    : events.withIndex("by_status_and_change", (q) =>
        q.eq("status", "cancelled").gt("changedAt", since),
      );
  const found = await recent.order("desc").take(maxCancelled);
  return found.filter((event) => event.isPublished).map(toCard);
}
