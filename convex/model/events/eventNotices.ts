import type { Infer } from "convex/values";
import { v } from "convex/values";
import type { MutationCtx } from "../../_generated/server.js";
import type { eventNotice } from "../fields.ts";
import { eventCard, toCard } from "./eventViews.ts";
import { isOpen } from "../fields/eventStatus.ts";
import { attendanceOf } from "./lookup.ts";
import { isAlike, isSamePlace } from "./rsvpChanges.ts";

// Notices to attendees. Their text is read when they are sent; an obsolete one is not sent.

export type EventNotice = Infer<typeof eventNotice>;

/** The event as it is now, and the reason of the notice. */
export const eventNoticeView = v.object({
  event: eventCard,
  why: v.union(
    v.object({ kind: v.literal("seat"), guests: v.number() }),
    v.object({ kind: v.literal("reminder") }),
    v.object({
      kind: v.literal("changed"),
      /** The previous values; absent fields have not changed. */
      start: v.optional(v.number()),
      place: v.optional(v.string()),
      hasNewPlace: v.boolean(),
      wasOff: v.boolean(),
    }),
    v.object({ kind: v.literal("called-off") }),
  ),
});
export type EventNoticeView = Infer<typeof eventNoticeView>;

const superseded = { state: "suppressed", reason: "superseded" } as const;
const gone = { state: "cancelled", reason: "they have changed their mind" } as const;

/** What a notice says now, or why it is obsolete. `isEdit`: it edits a notice that was sent. */
export async function eventNoticeViewOf(
  ctx: MutationCtx,
  notice: EventNotice,
  isEdit: boolean,
): Promise<EventNoticeView | typeof superseded | typeof gone> {
  switch (notice.kind) {
    case "seat": {
      const row = await ctx.db.get("rsvps", notice.rsvpId);
      const event = row && (await ctx.db.get("events", row.eventId));
      if (!event || row.answer !== "going" || row.isWaiting) return gone;
      const { guests } = row;
      return isOpen(event) ? { event: toCard(event), why: { kind: "seat", guests } } : superseded;
    }
    case "reminder": {
      const row = await ctx.db.get("reminders", notice.reminderId);
      const event = row && (await ctx.db.get("events", row.eventId));
      if (!event) return gone;
      if (!isOpen(event) || event.moves !== notice.moves) return superseded;
      return { event: toCard(event), why: { kind: "reminder" } };
    }
    case "changed":
      return await changed(ctx, notice, isEdit);
    case "called-off": {
      const event = await ctx.db.get("events", notice.eventId);
      if (event?.status !== "cancelled") return superseded;
      return { event: toCard(event), why: { kind: "called-off" } };
    }
  }
}

async function changed(
  ctx: MutationCtx,
  { eventId, change: number }: Extract<EventNotice, { kind: "changed" }>,
  isEdit: boolean,
): Promise<EventNoticeView | typeof superseded> {
  const event = await ctx.db.get("events", eventId);
  const change = (await attendanceOf(ctx, eventId))?.change;
  if (!event || !isOpen(event) || change?.number !== number) return superseded;
  const { start, place, wasOff } = change;
  const isBack = isAlike({ startDate: start, location: place }, event);
  // The event has changed back before any notice of the change was sent.
  if (isBack && !wasOff && !isEdit) return superseded;
  const hasNewPlace = !isSamePlace({ location: place }, event);
  const why = {
    kind: "changed" as const,
    hasNewPlace,
    wasOff,
    ...(start !== event.startDate && { start }),
    ...(hasNewPlace && place !== undefined && { place }),
  };
  return { event: toCard(event), why };
}
