import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { isOpen } from "./clock.ts";
import { nextReminder } from "./reminders.ts";
import { addListing } from "../consequences/events.ts";

/** How many organizations' calendars one event is looked up on. */
export const mostListings = 20;

export async function listingsOf(ctx: MutationCtx, eventId: Id<"events">) {
  return await ctx.db
    .query("listings")
    .withIndex("by_event_and_org", (q) => q.eq("eventId", eventId))
    .take(mostListings);
}

/** What a listing repeats of its event, so that lists and reminders read by index. */
function mirrored(event: Doc<"events">, now: number) {
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
export async function list(
  ctx: MutationCtx,
  event: Doc<"events">,
  orgId: Id<"organizations">,
  now: number,
  byHand = false,
): Promise<boolean> {
  const known = await ctx.db
    .query("listings")
    .withIndex("by_event_and_org", (q) => q.eq("eventId", event._id).eq("orgId", orgId))
    .unique();
  if (!known) {
    const { nextReminderAt, ...mirror } = mirrored(event, now);
    const listing = {
      orgId,
      eventId: event._id,
      ...mirror,
      ...(nextReminderAt !== undefined && { nextReminderAt }),
      ...(byHand && { byHand }),
    };
    await addListing(ctx, listing, now);
  } else if (known.missingSince !== undefined) {
    await ctx.db.patch("listings", known._id, { missingSince: undefined });
  }
  return !known;
}

/**
 * Brings every listing in step after the event has changed its time, status or visibility. Where it
 * has not, the next reminder stays: it may be due, and not told yet.
 */
export async function followEvent(
  ctx: MutationCtx,
  eventId: Id<"events">,
  now: number,
): Promise<void> {
  const event = await ctx.db.get("events", eventId);
  if (!event) return;
  for (const listing of await listingsOf(ctx, eventId)) {
    const mirror = mirrored(event, now);
    if (mirror.isOpen === listing.isOpen && mirror.startDate === listing.startDate) continue;
    await ctx.db.patch("listings", listing._id, mirror);
  }
}
