import type { Calendar, StoredEvent } from "./types.ts";

/** One event of the official API's current list: flat, with `id`. After Luma's OpenAPI. */
export function writeApiEvent(event: StoredEvent, calendar: Calendar): object {
  return { platform: "luma", id: event.id, calendar_id: calendar.id, ...common(event) };
}

/** The same in the older list: wrapped, with `api_id`, numbers as text. */
export function writeLegacyApiEntry(event: StoredEvent, calendar: Calendar): object {
  const { location } = event;
  const inner = {
    ...common(event),
    api_id: event.id,
    calendar_api_id: calendar.id,
    geo_latitude: location?.lat === undefined ? null : String(location.lat),
    geo_longitude: location?.lng === undefined ? null : String(location.lng),
    coordinate: undefined,
  };
  return { api_id: event.id, event: inner, tags: [] };
}

function common(event: StoredEvent): object {
  const { location } = event;
  return {
    name: event.title,
    description: event.description ?? null,
    description_md: event.description ?? null,
    start_at: new Date(event.startMs).toISOString(),
    end_at: new Date(event.endMs).toISOString(),
    timezone: event.timezone ?? null,
    geo_address_json:
      location === undefined
        ? null
        : {
            address: location.name,
            city: location.city ?? null,
            full_address: location.address ?? null,
          },
    coordinate:
      location?.lat === undefined || location.lng === undefined
        ? null
        : { latitude: location.lat, longitude: location.lng },
    meeting_url: null,
    location_type: event.online === true ? "zoom" : "offline",
    location_visibility: "public",
    cover_url: event.cover ?? null,
    url: `https://luma.com/${event.slug}`,
    visibility: "public",
    tags: [],
  };
}
