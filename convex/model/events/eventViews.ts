import type { Infer } from "convex/values";
import { v } from "convex/values";
import type { Doc } from "../../_generated/dataModel.js";
import { eventContent, eventStatus } from "../fields.ts";

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
