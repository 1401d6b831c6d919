import type { WithoutSystemFields } from "convex/server";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { markBoards } from "../live/boards.ts";
import { followListing, followMirrors } from "../events/mirrors.ts";
import { followLine } from "../queue/follows.ts";
import { isOpen } from "../events/clock.ts";
import { followPeople } from "../events/goingChanges.ts";
import { markEvent } from "../events/marking.ts";

// Events, and which calendar lists them, are written here alone: so nothing that a board shows
// changes without its being marked, in the same transaction.

type Event = WithoutSystemFields<Doc<"events">>;
/** A limit of seats can be taken away. */
type Changes = Partial<Omit<Event, "maxCapacity">> & { maxCapacity?: number | undefined };
type Listing = WithoutSystemFields<Doc<"listings">>;

/** Writes a new event. No calendar lists it yet. */
export async function addEvent(
  ctx: MutationCtx,
  fields: Event,
  now: number,
): Promise<Doc<"events">> {
  const event = await read(ctx, await ctx.db.insert("events", fields));
  await mark(ctx, null, event, now);
  return event;
}

/** Changes an event; gives it as it is now. */
export async function changeEvent(
  ctx: MutationCtx,
  event: Doc<"events">,
  changes: Changes,
  now: number,
): Promise<Doc<"events">> {
  await ctx.db.patch("events", event._id, changes);
  const changed = await read(ctx, event._id);
  await mark(ctx, event, changed, now);
  await followMirrors(ctx, event, changed, now);
  await followPeople(ctx, event, changed, now);
  await followLine(ctx, event, changed, now);
  return changed;
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
  await markBoards(ctx, `events:${listing.orgId}`, now);
  await followListing(ctx, listing.orgId);
}

/** A calendar no longer lists an event. */
export async function removeListing(
  ctx: MutationCtx,
  { _id, orgId, isOpen }: Doc<"listings">,
  now: number,
): Promise<void> {
  await ctx.db.delete("listings", _id);
  if (!isOpen) return;
  await markBoards(ctx, `events:${orgId}`, now);
  await followListing(ctx, orgId);
}

async function mark(
  ctx: MutationCtx,
  before: Doc<"events"> | null,
  after: Doc<"events">,
  now: number,
): Promise<void> {
  if (looks(before) !== looks(after)) await markEvent(ctx, after._id, now);
}

/** What boards show of an event, see `model/live/eventsBoard.ts`; nothing of one that is not open. */
function looks(event: Doc<"events"> | null): string {
  if (!event || !isOpen(event)) return "";
  const { title, startDate, location, lumaUrl, eventType, status, maxCapacity } = event;
  return JSON.stringify([title, startDate, location, lumaUrl, eventType, status, maxCapacity]);
}
