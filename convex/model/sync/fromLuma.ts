import type { LumaEvent } from "../../external/luma/types.ts";
import type { EventContent } from "../events/content.ts";

/** Longer descriptions are cut: no chat shows more, and a document has a limit. */
const longestDescription = 4000;
const mostHosts = 20;

/** What a source said of an event, in the words of our table; what it does not know is absent. */
export function fromLuma(event: LumaEvent): Partial<EventContent> {
  const known = {
    title: event.title,
    description: event.description?.slice(0, longestDescription),
    coverImage: event.coverImage,
    lumaUrl: event.lumaUrl,
    lumaEventId: event.lumaEventId,
    lumaSlug: event.lumaSlug,
    eventType: event.eventType,
    startDate: event.startDate,
    endDate: event.endDate,
    timezone: event.timezone,
    location: event.location,
    locationDetails: event.locationDetails,
    locationUrl: event.locationUrl,
    coordinates: event.coordinates,
    hosts: event.hosts?.slice(0, mostHosts),
    calendar: event.calendarName,
    registrationCount: event.registrationCount,
    maxCapacity: event.maxCapacity,
    registrationType: event.registrationType,
    isPublished: event.isPrivate === undefined ? undefined : !event.isPrivate,
  };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
}

/** A whole event from what a source knows: the zone is the organization's where it has none. */
export function complete(
  known: Partial<EventContent> & { title: string; startDate: number; lumaUrl: string },
  timezone: string,
): EventContent {
  return {
    eventType: "in-person",
    timezone,
    hosts: [],
    registrationCount: 0,
    registrationType: "free",
    isPublished: true,
    ...known,
  };
}
