import { v } from "convex/values";
import { eventType, host, registrationType } from "../fields.ts";

// The plain data of `external/luma/types.ts`, as validators for functions that take it.

export const lumaEvent = v.object({
  lumaEventId: v.optional(v.string()),
  lumaSlug: v.optional(v.string()),
  lumaUrl: v.string(),
  title: v.string(),
  description: v.optional(v.string()),
  coverImage: v.optional(v.string()),
  startDate: v.number(),
  endDate: v.optional(v.number()),
  timezone: v.optional(v.string()),
  eventType: v.optional(eventType),
  location: v.optional(v.string()),
  locationDetails: v.optional(v.string()),
  locationUrl: v.optional(v.string()),
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
});

export const lumaCursor = v.object({
  source: v.union(v.literal("api"), v.literal("items"), v.literal("ics"), v.literal("page")),
  value: v.optional(v.string()),
  previous: v.optional(v.string()),
  legacyApi: v.optional(v.boolean()),
  pages: v.optional(v.number()),
});
