import { type Infer, v } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel.js";
import { eventContent, eventStatus } from "../fields.ts";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { attendanceOf, listingsOf, openEvents } from "./lookup.ts";
import { invalidateBoards } from "../live/boards.ts";

/** What anyone may see of an event: its content and status, none of the sync's own notes. */
export const publicEvent = v.object({
  _id: v.id("events"),
  orgId: v.id("organizations"),
  ...eventContent,
  status: eventStatus,
  endsBy: v.number(),
  isFeatured: v.boolean(),
  moves: v.number(),
  syncedAt: v.number(),
});
export type PublicEvent = Infer<typeof publicEvent>;

export function toPublic(event: Doc<"events">): PublicEvent {
  const { _creationTime, contentHash, curated, returns, metadata, ...shown } = event;
  void [_creationTime, contentHash, curated, returns, metadata];
  return shown;
}

/** An event as lists show it: no description, so that a page of them stays small. */
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
  status: eventStatus,
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
    eventType: event.eventType,
    status: event.status,
    ...(endDate !== undefined && { endDate }),
    ...(location !== undefined && { location }),
  };
}

/** More do not fit into a message of either platform. */
const maxShown = 60;

/** Of an event: what the board says of it. Nothing else may change it. */
const shownEvent = eventCard
  .pick("title", "startDate", "location", "lumaUrl", "eventType", "status")
  .extend({
    /** How many said that they come, and whether every seat is taken. */
    going: v.number(),
    isFull: v.boolean(),
  });

export const eventsBoard = v.object({
  view: v.literal("events"),
  /** The organization whose events they are; absent: everybody's. */
  org: v.optional(v.string()),
  events: v.array(shownEvent),
  /** There are more than these. */
  hasMore: v.boolean(),
});

/** What is on at an organization, or at all of them. */
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
  const { title, startDate, location, lumaUrl, eventType, status, maxCapacity } = event;
  const going = (await attendanceOf(ctx, event._id))?.going ?? 0;
  return {
    going,
    isFull: maxCapacity !== undefined && going >= maxCapacity,
    title,
    startDate,
    lumaUrl,
    eventType,
    status,
    ...(location !== undefined && { location }),
  };
}

/** What boards show of an event has changed: everybody's, and those of each calendar that lists it. */
export async function invalidateEventBoards(
  ctx: MutationCtx,
  eventId: Id<"events">,
  now: number,
): Promise<void> {
  await invalidateBoards(ctx, "events:all", now);
  for (const { orgId } of await listingsOf(ctx, eventId))
    await invalidateBoards(ctx, `events:${orgId}`, now);
}
