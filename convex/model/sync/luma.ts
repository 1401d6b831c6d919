import { v } from "convex/values";
import type { LumaEvent } from "../../external/luma/types.ts";
import type { EventContent } from "../events/content.ts";
import { eventType, host, registrationType } from "../fields.ts";

/** Longer descriptions are cut: no chat shows more, and Convex limits the size of a document. */
const maxDescriptionLength = 4000;
const maxHosts = 20;

/** An event from a source as fields of the `events` table; unknown fields are absent. */
export function fromLuma(event: LumaEvent): Partial<EventContent> {
  const known = {
    title: event.title,
    description: event.description?.slice(0, maxDescriptionLength),
    coverImage: event.coverImage,
    lumaUrl: event.lumaUrl,
    lumaEventId: event.lumaEventId,
    lumaEntryId: event.entryId,
    lumaSlug: event.lumaSlug,
    eventType: event.eventType,
    startDate: event.startDate,
    endDate: event.endDate,
    isAllDay: event.isAllDay,
    timezone: event.timezone,
    location: event.location,
    locationDetails: event.locationDetails,
    locationUrl: event.locationUrl,
    coordinates: event.coordinates,
    hosts: event.hosts?.slice(0, maxHosts),
    calendar: event.calendarName,
    registrationCount: event.registrationCount,
    maxCapacity: event.maxCapacity,
    registrationType: event.registrationType,
    isPublished: event.isPrivate === undefined ? undefined : !event.isPrivate,
  };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
}

/** A complete event from what a source knows; the organization's time zone is the default. */
export function complete(
  known: Partial<EventContent> & { title: string; startDate: number; lumaUrl: string },
  timezone: string,
): EventContent {
  return {
    timezone,
    hosts: [],
    isPublished: true,
    ...known,
  };
}

// Validators of the plain data of `external/luma/types.ts`.

export const lumaEvent = v.object({
  lumaEventId: v.optional(v.string()),
  entryId: v.optional(v.string()),
  lumaSlug: v.optional(v.string()),
  lumaUrl: v.string(),
  title: v.string(),
  description: v.optional(v.string()),
  coverImage: v.optional(v.string()),
  startDate: v.number(),
  endDate: v.optional(v.number()),
  isAllDay: v.optional(v.boolean()),
  timezone: v.optional(v.string()),
  eventType: v.optional(eventType),
  location: v.optional(v.string()),
  locationDetails: v.optional(v.string()),
  locationUrl: v.optional(v.string()),
  placeIsHidden: v.optional(v.boolean()),
  coordinates: v.optional(v.object({ lat: v.number(), lng: v.number() })),
  hosts: v.optional(v.array(host)),
  calendarName: v.optional(v.string()),
  ownerCalendarId: v.optional(v.string()),
  cancelled: v.optional(v.boolean()),
  registrationCount: v.optional(v.number()),
  maxCapacity: v.optional(v.number()),
  registrationType: v.optional(registrationType),
  isPrivate: v.optional(v.boolean()),
  external: v.optional(v.boolean()),
  isOccurrence: v.optional(v.boolean()),
});

export const lumaSource = v.union(
  v.literal("api"),
  v.literal("items"),
  v.literal("ics"),
  v.literal("page"),
);

export const lumaCursor = v.object({
  source: lumaSource,
  value: v.optional(v.string()),
  previous: v.optional(v.string()),
  legacyApi: v.optional(v.boolean()),
  pages: v.optional(v.number()),
});
