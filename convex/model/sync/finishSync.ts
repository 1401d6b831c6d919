import type { Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { maxNamed } from "../events/announcements.ts";
import { announceDigest } from "../events/digests.ts";
import type { syncReport } from "../fields.ts";
import { listingsOf } from "../events/lookup.ts";
import { cancelEvent } from "./changes.ts";
import { announceNews, type News, noNews } from "./news.ts";
import { changeEvent, removeListing } from "../consequences/events.ts";

export type SyncReport = Infer<typeof syncReport>;

/** Upcoming events of one calendar that are compared with the events that a sync has read. */
const maxCompared = 2000;
const maxCounted = 100;

/** Milliseconds after which an unchanged result is written again, for its timestamp. */
const staleAfter = 24 * 60 * 60 * 1000;

export type Looked = {
  seen: Id<"events">[];
  /** Every upcoming event of the calendar was read. */
  complete: boolean;
  /** If not complete: every event that starts before this moment (Unix milliseconds) was read. */
  completeUntil?: number | undefined;
  /**
   * When this sync began: it counts as a second look only if it began after the first had ended.
   */
  startedAt: number;
  /** Where they were read; absent in reports of older versions. */
  source?: string | undefined;
  /** An admin has confirmed that an empty calendar is correct. */
  acceptEmpty: boolean;
};

/**
 * Milliseconds between the first look that misses an event and one that confirms it: a second
 * `/sync` at once meets the same cache or the same outage.
 */
const betweenLooksMs = 100_000;

/**
 * After the last page: handles events that are missing from the calendar. The first sync that
 * misses an event only records it; a second complete sync some time later that misses it, too,
 * cancels it. Both have read a source that has listed the event before: another source may never
 * have had it. A calendar that suddenly lists nothing proves nothing, because Luma's throttling looks
 * the same: no event changes.
 */
export async function compare(
  ctx: MutationCtx,
  org: Doc<"organizations">,
  looked: Looked,
  now: number,
): Promise<{ missing: number; removed: number; emptied: boolean }> {
  const nothing = { missing: 0, removed: 0, emptied: false };
  if (!looked.complete && looked.completeUntil === undefined) return nothing;
  const upcoming = await ctx.db
    .query("listings")
    .withIndex("by_org_and_open_and_start", (q) =>
      q.eq("orgId", org._id).eq("isOpen", true).gt("startDate", now),
    )
    .take(maxCompared);
  const expected = upcoming.filter((listing) => !listing.byHand);
  if (looked.seen.length === 0 && expected.length > 0 && !looked.acceptEmpty)
    return { ...nothing, emptied: true };
  const seen = new Set(looked.seen);
  const until = looked.complete ? Infinity : (looked.completeUntil ?? 0);
  const { source } = looked;
  const absent = expected.filter(
    ({ eventId, startDate, sources }) =>
      !seen.has(eventId) &&
      startDate < until &&
      (!org.hasSynced || sources === undefined || source === undefined || sources.includes(source)),
  );
  const counts = { ...nothing };
  const news = noNews();
  for (const listing of absent) {
    const { missingSince = Infinity, missingIn = source } = listing;
    const isConfirmed = missingIn === source && missingSince + betweenLooksMs <= looked.startedAt;
    if (isConfirmed || !org.hasSynced) {
      counts.removed += 1;
      await unlist(ctx, listing, org.hasSynced, news, now);
      continue;
    }
    counts.missing += 1;
    if (listing.missingSince === undefined || missingIn !== source)
      await ctx.db.patch("listings", listing._id, {
        missingSince: now,
        ...(source !== undefined && { missingIn: source }),
      });
  }
  await announceNews(ctx, news, { orgId: org._id, syncId: looked.startedAt }, now);
  return counts;
}

/**
 * Removes a calendar's listing of an event. The event is cancelled only when no other calendar
 * lists it.
 */
async function unlist(
  ctx: MutationCtx,
  listing: Doc<"listings">,
  isNews: boolean,
  news: News,
  now: number,
): Promise<void> {
  const event = await ctx.db.get("events", listing.eventId);
  const others = (await listingsOf(ctx, listing.eventId)).filter(
    (other) => other.orgId !== listing.orgId,
  );
  const [nextOwner] = others;
  if (event && !nextOwner && isNews) return await cancelEvent(ctx, event, now, news);
  await removeListing(ctx, listing, now);
  if (!event) return;
  if (!nextOwner) await changeEvent(ctx, event, { isPublished: false }, now);
  else if (event.orgId === listing.orgId)
    await changeEvent(ctx, event, { orgId: nextOwner.orgId }, now);
}

/** Announces the upcoming events of a calendar's first sync in one digest. */
export async function announceFirstSync(
  ctx: MutationCtx,
  org: Doc<"organizations">,
  now: number,
): Promise<void> {
  const listings = await ctx.db
    .query("listings")
    .withIndex("by_org_and_open_and_start", (q) => q.eq("orgId", org._id).eq("isOpen", true))
    .take(maxCounted);
  const named = await Promise.all(
    listings.slice(0, maxNamed).map((listing) => ctx.db.get("events", listing.eventId)),
  );
  const events = named.filter((event) => event !== null);
  if (events.length > 0)
    await announceDigest(
      ctx,
      {
        kind: "new",
        orgId: org._id,
        events: events.map((event) => ({ event })),
        total: listings.length,
        syncId: now,
      },
      now,
    );
}

/**
 * Stores the result of a sync. An unchanged result is written once a day only, because every write
 * re-runs the queries that read the organization.
 */
export async function report(
  ctx: MutationCtx,
  org: Doc<"organizations">,
  syncResult: SyncReport,
  syncedUntil?: number,
): Promise<void> {
  const news =
    syncResult.created + syncResult.changed + syncResult.removed + syncResult.missing > 0;
  const last = org.lastSync;
  const same =
    last?.result === syncResult.result &&
    last.message === syncResult.message &&
    last.read === syncResult.read &&
    last.refused === syncResult.refused &&
    last.source === syncResult.source &&
    last.missing === syncResult.missing &&
    last.isPartial === syncResult.isPartial &&
    last.retryAt === syncResult.retryAt &&
    (syncResult.result !== "ok" || org.syncedUntil === syncedUntil) &&
    syncResult.at - last.at < staleAfter;
  if (!news && same && org.hasSynced) return;
  await ctx.db.patch("organizations", org._id, {
    lastSync: syncResult,
    ...(syncResult.result === "ok" && {
      eventsLastSynced: syncResult.at,
      hasSynced: true,
      syncedUntil,
    }),
  });
}
