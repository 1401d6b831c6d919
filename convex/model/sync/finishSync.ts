import type { Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { announceDigest, maxNamed } from "../events/announcements.ts";
import type { syncReport } from "../fields.ts";
import { listingsOf } from "../events/lookup.ts";
import { cancelEvent } from "./upsert.ts";
import { changeEvent, removeListing } from "../consequences/events.ts";

export type SyncReport = Infer<typeof syncReport>;

/** How many upcoming events of one calendar are compared with what a sync has seen. */
const maxCompared = 2000;
const maxCounted = 100;

/** How long an unchanged result may stand before its time is written anew. */
const staleAfter = 24 * 60 * 60 * 1000;

export type Looked = {
  seen: Id<"events">[];
  /** Every upcoming event of the calendar was read. */
  complete: boolean;
  /** Where it was not: every event that starts before this moment was read. */
  completeUntil?: number | undefined;
  /** When the look began: a second look begins after the first has ended. */
  startedAt: number;
  /** An admin has said that an empty calendar is right. */
  acceptEmpty: boolean;
};

/**
 * After the last page: what is missing from the calendar. A first look only notes it; what a second
 * complete look does not find either is called off. A calendar that suddenly shows nothing at all
 * proves nothing, because throttling looks the same: what is known stays.
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
  const absent = expected.filter(
    (listing) => !seen.has(listing.eventId) && listing.startDate < until,
  );
  const counts = { ...nothing };
  for (const listing of absent) {
    const isConfirmed = (listing.missingSince ?? Infinity) < looked.startedAt;
    if (isConfirmed || !org.hasSynced) {
      counts.removed += 1;
      await unlist(ctx, listing, org.hasSynced, now);
      continue;
    }
    counts.missing += 1;
    if (listing.missingSince === undefined)
      await ctx.db.patch("listings", listing._id, { missingSince: now });
  }
  return counts;
}

/** A calendar no longer lists the event. It is called off only when no other calendar lists it. */
async function unlist(
  ctx: MutationCtx,
  listing: Doc<"listings">,
  isNews: boolean,
  now: number,
): Promise<void> {
  const event = await ctx.db.get("events", listing.eventId);
  const others = (await listingsOf(ctx, listing.eventId)).filter(
    (other) => other.orgId !== listing.orgId,
  );
  const [heir] = others;
  if (event && !heir && isNews) return await cancelEvent(ctx, event, now);
  await removeListing(ctx, listing, now);
  if (!event) return;
  if (!heir) await changeEvent(ctx, event, { isPublished: false }, now);
  else if (event.orgId === listing.orgId) await changeEvent(ctx, event, { orgId: heir.orgId }, now);
}

/** A calendar's first sync is told as one digest of what is coming, if there is anything. */
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
    await announceDigest(ctx, org._id, { events, total: listings.length }, now);
}

/**
 * Records how a sync went. Nothing is written where it says the same as the last one (but for
 * its time, once a day): a needless write wakes every subscription.
 */
export async function report(
  ctx: MutationCtx,
  org: Doc<"organizations">,
  said: SyncReport,
): Promise<void> {
  const news = said.created + said.changed + said.removed + said.missing > 0;
  const last = org.lastSync;
  const same =
    last?.result === said.result &&
    last.message === said.message &&
    last.read === said.read &&
    last.refused === said.refused &&
    last.source === said.source &&
    last.missing === said.missing &&
    last.retryAt === said.retryAt &&
    said.at - last.at < staleAfter;
  if (!news && same && org.hasSynced) return;
  await ctx.db.patch("organizations", org._id, {
    lastSync: said,
    ...(said.result === "ok" && { eventsLastSynced: said.at, hasSynced: true }),
  });
}
