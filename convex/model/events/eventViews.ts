import { type Infer, v } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel.js";
import { eventContent, eventStatus } from "../fields.ts";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { attendanceOf, listingsOf, openEvents } from "./lookup.ts";
import { invalidateBoards } from "../live/boards.ts";

/** The public view of an event: its content and status, no fields of the sync. */
export const publicEvent = v.object({
  _id: v.id("events"),
  orgId: v.id("organizations"),
  ...eventContent,
  status: eventStatus,
  endsBy: v.number(),
  isFeatured: v.boolean(),
  moves: v.number(),
  syncedAt: v.number(),
  revision: v.optional(v.number()),
  changedAt: v.optional(v.number()),
  /** Seats that its own page gives away: absent where an admin has set the seats of Plaza. */
  pageSeats: v.optional(v.number()),
});
export type PublicEvent = Infer<typeof publicEvent>;

export function toPublic(event: Doc<"events">): PublicEvent {
  const { _creationTime, contentHash, curated, returns, metadata, ...others } = event;
  const { readings, placeIsHidden, ...shown } = others;
  void [_creationTime, contentHash, curated, returns, metadata, readings, placeIsHidden];
  const pageSeats = pageSeatsOf(event);
  const changedAt = event.changedAt ?? event.syncedAt;
  return { ...shown, changedAt, ...(pageSeats !== undefined && { pageSeats }) };
}

/**
 * The seats that an event's own page gives away and counts. Plaza's RSVPs are counted apart, so they
 * are not shown as a share of these: "87 registered" and "0 of 120 seats" would contradict each other.
 */
export function pageSeatsOf(event: Doc<"events">): number | undefined {
  const isPages = event.registrationCount !== undefined && !event.curated?.includes("maxCapacity");
  return isPages ? event.maxCapacity : undefined;
}

/** Whether every seat is taken, in Plaza or on the event's own page. */
export function isFull(event: Doc<"events">, going: number): boolean {
  const { maxCapacity = Infinity, registrationCount = 0 } = event;
  return (pageSeatsOf(event) === undefined ? going : registrationCount) >= maxCapacity;
}

/** An event in lists: without description, so that a page of them stays small. */
export const eventCard = v.object({
  _id: v.id("events"),
  orgId: v.id("organizations"),
  title: v.string(),
  startDate: v.number(),
  endDate: v.optional(v.number()),
  endsBy: v.number(),
  timezone: v.string(),
  location: v.optional(v.string()),
  lumaUrl: v.string(),
  eventType: eventContent.eventType,
  isAllDay: v.optional(v.boolean()),
  status: eventStatus,
  revision: v.optional(v.number()),
  changedAt: v.optional(v.number()),
});
export type EventCard = Infer<typeof eventCard>;

export function toCard(event: Doc<"events">): EventCard {
  const { _id, orgId, title, startDate, endDate, endsBy, timezone, location, lumaUrl } = event;
  return {
    _id,
    orgId,
    title,
    startDate,
    endsBy,
    timezone,
    lumaUrl,
    status: event.status,
    ...(event.eventType !== undefined && { eventType: event.eventType }),
    ...(event.isAllDay !== undefined && { isAllDay: event.isAllDay }),
    ...(event.revision !== undefined && { revision: event.revision }),
    changedAt: event.changedAt ?? event.syncedAt,
    ...(endDate !== undefined && { endDate }),
    ...(location !== undefined && { location }),
  };
}

/** More rows do not fit into a message of either platform. */
const maxShown = 60;

/** What a board shows of an event. Only changes of these fields invalidate boards. */
const shownEvent = eventCard
  .pick("title", "startDate", "endDate", "isAllDay", "location", "lumaUrl", "eventType", "status")
  .extend({
    timezone: v.optional(v.string()),
    /** How many attendees there are, and whether all seats are taken. */
    going: v.number(),
    isFull: v.boolean(),
  });

export const eventsBoard = v.object({
  view: v.literal("events"),
  /** The organization of the events; absent: all organizations. */
  org: v.optional(v.string()),
  events: v.array(shownEvent),
  /** More events exist than are listed. */
  hasMore: v.boolean(),
});

/** The upcoming events of one organization, or of all. */
export async function eventsBoardOf(
  ctx: QueryCtx,
  orgId: Id<"organizations"> | undefined,
): Promise<Infer<typeof eventsBoard>> {
  const org = orgId && (await ctx.db.get("organizations", orgId));
  const events = await openEvents(ctx, { orgId }, maxShown + 1);
  return {
    view: "events",
    ...(org && { org: org.name }),
    events: await Promise.all(
      events.slice(0, maxShown).map(async (event) => await shown(ctx, event)),
    ),
    hasMore: events.length > maxShown,
  };
}

async function shown(ctx: QueryCtx, event: Doc<"events">): Promise<Infer<typeof shownEvent>> {
  const { title, startDate, lumaUrl, status, timezone } = event;
  const { endDate, location, eventType, isAllDay } = event;
  const going = (await attendanceOf(ctx, event._id))?.going ?? 0;
  return {
    going,
    isFull: isFull(event, going),
    title,
    startDate,
    lumaUrl,
    status,
    timezone,
    ...(eventType !== undefined && { eventType }),
    ...(isAllDay !== undefined && { isAllDay }),
    ...(endDate !== undefined && { endDate }),
    ...(location !== undefined && { location }),
  };
}

/**
 * Invalidates the boards that show an event: those of all events and of each organization that
 * lists it.
 */
export async function invalidateEventBoards(
  ctx: MutationCtx,
  eventId: Id<"events">,
  now: number,
): Promise<void> {
  await invalidateBoards(ctx, "events:all", now);
  for (const { orgId } of await listingsOf(ctx, eventId))
    await invalidateBoards(ctx, `events:${orgId}`, now);
}
