import { type Infer, v } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { eventCard } from "./eventViews.ts";
import { attendanceOf, listingsOf, openEvents } from "./lookup.ts";
import { invalidateBoards } from "../live/boards.ts";

/** More do not fit into a message of either platform. */
const mostShown = 60;

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
  const events = await openEvents(ctx, { orgId }, mostShown + 1);
  return {
    view: "events",
    ...(org && { org: org.name }),
    events: await Promise.all(
      events.slice(0, mostShown).map(async (event) => await shown(ctx, event)),
    ),
    hasMore: events.length > mostShown,
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
