import type { LumaEvent } from "../../external/luma/types.ts";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import {
  announceCancelled,
  announceDigest,
  announceMoved,
  announceNew,
} from "../events/announcements.ts";
import { endsBy, isOpen, statusAt } from "../fields/eventStatus.ts";
import { changesTo, contentHash, contentOf, type EventContent } from "../events/content.ts";
import { complete, fromLuma } from "./luma.ts";
import { listingsOf } from "../events/lookup.ts";
import { findEvent } from "../events/lookup.ts";
import {
  addEvent,
  changeEvent,
  removeListing,
  listEvent,
  updateListings,
} from "../consequences/events.ts";

/** Above this number of new events in one page they are announced in one digest. */
const maxSingly = 5;

/** How far back past events of a calendar are stored, in milliseconds. */
const keptHistoryMs = 400 * 24 * 60 * 60 * 1000;

export type Upserted = { seen: Id<"events">[]; created: number; changed: number; removed: number };

/**
 * Stores one page of a calendar: writes only what differs, and announces changes in the same
 * transaction. An organization's first sync announces nothing here (see `finishSync`).
 */
export async function upsertPage(
  ctx: MutationCtx,
  org: Doc<"organizations">,
  events: LumaEvent[],
  now: number,
): Promise<Upserted> {
  const result: Upserted = { seen: [], created: 0, changed: 0, removed: 0 };
  const fresh: Doc<"events">[] = [];
  for (const incoming of events) {
    const known = await findEvent(ctx, incoming);
    const event = known
      ? await updateKnown(ctx, org, known, incoming, result, now)
      : await create(ctx, org, incoming, result, now);
    if (!event) continue;
    result.seen.push(event._id);
    // Past and cancelled events are stored but get no listing.
    if (event.status === "cancelled" || event.status === "past") continue;
    const isNewHere = await listEvent(ctx, event, org._id, now);
    const isShownNow = known?.isPublished === false && event.isPublished;
    if ((isNewHere || isShownNow) && isOpen(event)) fresh.push(event);
  }
  if (org.hasSynced) await announceFresh(ctx, org._id, fresh, now);
  return result;
}

async function announceFresh(
  ctx: MutationCtx,
  orgId: Id<"organizations">,
  fresh: Doc<"events">[],
  now: number,
): Promise<void> {
  if (fresh.length > maxSingly) {
    const events = fresh.toSorted((a, b) => a.startDate - b.startDate);
    return await announceDigest(ctx, orgId, { events, total: events.length }, now);
  }
  for (const event of fresh) await announceNew(ctx, orgId, event, now);
}

async function create(
  ctx: MutationCtx,
  org: Doc<"organizations">,
  incoming: LumaEvent,
  result: Upserted,
  now: number,
): Promise<Doc<"events"> | null> {
  if (incoming.cancelled || endsBy(incoming) <= now - keptHistoryMs) return null;
  result.created += 1;
  const content = complete(
    { ...fromLuma(incoming), ...pick(incoming) },
    incoming.timezone ?? org.timezone,
  );
  return await insertEvent(ctx, org._id, content, now);
}

function pick({ title, startDate, lumaUrl }: LumaEvent) {
  return { title, startDate, lumaUrl };
}

/** Inserts an event of an organization, with its status at `now`. */
export async function insertEvent(
  ctx: MutationCtx,
  orgId: Id<"organizations">,
  content: EventContent,
  now: number,
): Promise<Doc<"events">> {
  const event = {
    ...content,
    orgId,
    status: statusAt(content, now),
    endsBy: endsBy(content),
    isFeatured: false,
    syncedAt: now,
    contentHash: contentHash(content),
    moves: 0,
  };
  return await addEvent(ctx, event, now);
}

async function updateKnown(
  ctx: MutationCtx,
  org: Doc<"organizations">,
  known: Doc<"events">,
  incoming: LumaEvent,
  result: Upserted,
  now: number,
): Promise<Doc<"events">> {
  if (incoming.cancelled) {
    if (isCurrent(known)) {
      result.removed += 1;
      await cancelEvent(ctx, known, now);
    }
    return (await ctx.db.get("events", known._id)) ?? known;
  }
  const isBack =
    known.status === "cancelled" && endsBy(incoming) > now && !known.curated?.includes("status");
  const isOrphan = (isBack || isCurrent(known)) && (await listingsOf(ctx, known._id)).length === 0;
  const event = isOrphan ? await adopt(ctx, org, known, incoming, now) : known;
  const changes = changesTo(contentOf(event), theirShare(org, event, incoming), event.curated);
  if (Object.keys(changes).length === 0 && !isBack && !isOrphan) return known;
  result.changed += 1;
  return await applyChanges(ctx, event, changes, now, isBack);
}

function isCurrent({ status }: Doc<"events">): boolean {
  return status === "upcoming" || status === "live";
}

/**
 * An event without any listing is taken over by the first calendar that lists it again, and becomes
 * listed again. Listings are removed when an organization changes to another calendar.
 */
async function adopt(
  ctx: MutationCtx,
  org: Doc<"organizations">,
  orphan: Doc<"events">,
  incoming: LumaEvent,
  now: number,
): Promise<Doc<"events">> {
  const isPublished = orphan.curated?.includes("isPublished")
    ? orphan.isPublished
    : !incoming.isPrivate;
  return await changeEvent(ctx, orphan, { orgId: org._id, isPublished }, now);
}

/**
 * The organization that listed an event first writes its content. Another calendar can only fill
 * missing fields, so that two sources that differ slightly do not overwrite each other at every
 * sync.
 */
function theirShare(
  org: Doc<"organizations">,
  known: Doc<"events">,
  incoming: LumaEvent,
): Partial<EventContent> {
  const theirs = fromLuma(incoming);
  if (known.orgId === org._id) return theirs;
  return Object.fromEntries(
    Object.entries(theirs).filter(([name]) => known[name as keyof EventContent] === undefined),
  );
}

/** Applies changes to an event. A new start is announced, and reminders and listings follow. */
export async function applyChanges(
  ctx: MutationCtx,
  known: Doc<"events">,
  changes: Partial<EventContent>,
  now: number,
  isBack = false,
): Promise<Doc<"events">> {
  const moved = changes.startDate !== undefined && changes.startDate !== known.startDate;
  const content = { ...contentOf(known), ...changes };
  // Without an end from the source, an old end must not remain before the new start.
  if (content.endDate !== undefined && content.endDate < content.startDate)
    content.endDate =
      content.startDate + Math.max(0, (known.endDate ?? known.startDate) - known.startDate);
  const keepsCancelled = known.status === "cancelled" && !isBack;
  const changed = {
    ...content,
    contentHash: contentHash(content),
    endsBy: endsBy(content),
    status: keepsCancelled ? ("cancelled" as const) : statusAt(content, now),
    moves: known.moves + (moved || isBack ? 1 : 0),
    ...(isBack && { returns: (known.returns ?? 0) + 1 }),
    syncedAt: now,
  };
  const event = await changeEvent(ctx, known, changed, now);
  await updateListings(ctx, known._id, now);
  // A restored event has no listings: the calendar that lists it again announces it as new.
  if (moved && !isBack && isOpen(event)) await announceMoved(ctx, event, known.startDate, now);
  return event;
}

/**
 * Cancels an event: deletes its listings, stops its reminders and announces it in all channels that
 * list it.
 */
export async function cancelEvent(
  ctx: MutationCtx,
  event: Doc<"events">,
  now: number,
): Promise<void> {
  const listings = await listingsOf(ctx, event._id);
  await changeEvent(ctx, event, { status: "cancelled", syncedAt: now }, now);
  for (const listing of listings) await removeListing(ctx, listing, now);
  const orgIds = listings.map((listing) => listing.orgId);
  if (isOpen(event)) await announceCancelled(ctx, event, orgIds, now);
}
