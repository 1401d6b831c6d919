import type { WithoutSystemFields } from "convex/server";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { invalidateBoards } from "../live/boards.ts";
import { reconcileServerOf, syncScheduledEvents } from "../events/scheduledEvents.ts";
import { queueFollowsEvent } from "../queue/members.ts";
import { isOpen } from "../fields/eventStatus.ts";
import { rsvpsFollowEvent } from "../events/rsvpChanges.ts";
import { invalidateEventBoards, isFull } from "../events/eventViews.ts";
import { listingsOf } from "../events/lookup.ts";
import type { ContentChanges, EventContent } from "../events/content.ts";
import { nextReminder } from "../events/schedules.ts";

// Events, and which calendars list them, are written here alone. Boards, scheduled events, RSVPs,
// reminders and the queue of an event hear of each change in the same transaction.

type Event = WithoutSystemFields<Doc<"events">>;
/** Fields of the content can be removed: a limit of seats, a street that is hidden now. */
type Changes = Partial<Omit<Event, keyof EventContent>> & ContentChanges;
type Listing = WithoutSystemFields<Doc<"listings">>;

/** Writes a new event. No calendar lists it yet. */
export async function addEvent(
  ctx: MutationCtx,
  fields: Event,
  now: number,
): Promise<Doc<"events">> {
  const event = await read(ctx, await ctx.db.insert("events", fields));
  await invalidate(ctx, null, event, now);
  return event;
}

/** Changes an event; gives it as it is now. */
export async function changeEvent(
  ctx: MutationCtx,
  event: Doc<"events">,
  changes: Changes,
  now: number,
): Promise<Doc<"events">> {
  const isNews = calendarFieldsOf(event) !== calendarFieldsOf({ ...event, ...changes });
  await ctx.db.patch("events", event._id, {
    ...changes,
    ...(isNews && { revision: (event.revision ?? event.moves) + 1, changedAt: now }),
  });
  const changed = await read(ctx, event._id);
  await invalidate(ctx, event, changed, now);
  await syncScheduledEvents(ctx, event, changed, now);
  await rsvpsFollowEvent(ctx, event, changed, now);
  await queueFollowsEvent(ctx, event, changed, now);
  return changed;
}

/** What calendar files show of an event, see `shared/calendar.ts`. */
function calendarFieldsOf(event: Changes): string {
  const { title, startDate, endsBy, isAllDay, location, lumaUrl, status, isPublished } = event;
  const isOff = status === "cancelled";
  return JSON.stringify([
    title,
    startDate,
    endsBy,
    isAllDay,
    location,
    lumaUrl,
    isOff,
    isPublished,
  ]);
}

/** Notes what a source said of an event, where nothing of it is shown. */
export async function noteReadings(
  ctx: MutationCtx,
  { _id }: Doc<"events">,
  noted: Pick<Event, "readings" | "placeIsHidden">,
): Promise<void> {
  await ctx.db.patch("events", _id, noted);
}

async function read(ctx: MutationCtx, eventId: Id<"events">): Promise<Doc<"events">> {
  const event = await ctx.db.get("events", eventId);
  if (!event) throw new Error("an event vanished in its own transaction");
  return event;
}

/** A calendar lists an event that it did not list before. */
export async function addListing(ctx: MutationCtx, listing: Listing, now: number): Promise<void> {
  await ctx.db.insert("listings", listing);
  if (!listing.isOpen) return;
  await invalidateBoards(ctx, `events:${listing.orgId}`, now);
  await reconcileServerOf(ctx, listing.orgId);
}

/** A calendar no longer lists an event. */
export async function removeListing(
  ctx: MutationCtx,
  { _id, orgId, isOpen }: Doc<"listings">,
  now: number,
): Promise<void> {
  await ctx.db.delete("listings", _id);
  if (!isOpen) return;
  await invalidateBoards(ctx, `events:${orgId}`, now);
  await reconcileServerOf(ctx, orgId);
}

async function invalidate(
  ctx: MutationCtx,
  before: Doc<"events"> | null,
  after: Doc<"events">,
  now: number,
): Promise<void> {
  if (shownOf(before) !== shownOf(after)) await invalidateEventBoards(ctx, after._id, now);
}

/** What boards show of an event, see `model/events/eventsBoard.ts`; nothing of one that is not open. */
function shownOf(event: Doc<"events"> | null): string {
  if (!event || !isOpen(event)) return "";
  const { title, startDate, endDate, location, lumaUrl, eventType, status, maxCapacity } = event;
  const times = [startDate, endDate, event.isAllDay];
  const seats = [maxCapacity, isFull(event, 0)];
  return JSON.stringify([title, times, location, lumaUrl, eventType, status, seats]);
}

/** What a listing repeats of its event, so that lists and reminders read by index. */
function repeated(event: Doc<"events">, now: number) {
  const open = isOpen(event);
  return {
    startDate: event.startDate,
    isOpen: open,
    nextReminderAt: open ? nextReminder(event.startDate, now) : undefined,
  };
}

/**
 * Notes that an organization's calendar lists the event; true where that is new. Writes nothing
 * where it is known.
 */
export async function listEvent(
  ctx: MutationCtx,
  event: Doc<"events">,
  orgId: Id<"organizations">,
  now: number,
  { source, byHand = false }: { source?: string | undefined; byHand?: boolean } = {},
): Promise<boolean> {
  const known = await ctx.db
    .query("listings")
    .withIndex("by_event_and_org", (q) => q.eq("eventId", event._id).eq("orgId", orgId))
    .unique();
  if (!known) {
    const { nextReminderAt, ...copy } = repeated(event, now);
    const listing = {
      orgId,
      eventId: event._id,
      ...copy,
      ...(nextReminderAt !== undefined && { nextReminderAt }),
      ...(byHand && { byHand }),
      ...(source !== undefined && { sources: [source] }),
    };
    await addListing(ctx, listing, now);
    return true;
  }
  const { sources = [], missingSince } = known;
  const isOther = source !== undefined && !sources.includes(source);
  if (missingSince !== undefined || isOther)
    await ctx.db.patch("listings", known._id, {
      missingSince: undefined,
      missingIn: undefined,
      ...(isOther && { sources: [...sources, source] }),
    });
  return false;
}

/**
 * Brings every listing in step after the event has changed its time, status or visibility. Where it
 * has not, the next reminder stays: it may be due, and not told yet.
 */
export async function updateListings(
  ctx: MutationCtx,
  eventId: Id<"events">,
  now: number,
): Promise<void> {
  const event = await ctx.db.get("events", eventId);
  if (!event) return;
  for (const listing of await listingsOf(ctx, eventId)) {
    const copy = repeated(event, now);
    if (copy.isOpen === listing.isOpen && copy.startDate === listing.startDate) continue;
    await ctx.db.patch("listings", listing._id, copy);
  }
}
