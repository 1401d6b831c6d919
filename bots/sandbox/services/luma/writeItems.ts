import type { Calendar, StoredEvent } from "./types.ts";

/** One entry of the keyless JSON, in the form captured in September 2026. */
export function writeItem(event: StoredEvent, calendar: Calendar): object {
  const going = event.going ?? 0;
  return {
    api_id: event.id.replace("evt-", "calev-"),
    event: {
      api_id: event.id,
      calendar_api_id: calendar.id,
      cover_url: event.cover ?? null,
      end_at: new Date(event.endMs).toISOString(),
      event_type: "independent",
      location_type: event.online === true ? "zoom" : "offline",
      name: event.title,
      show_guest_list: true,
      start_at: new Date(event.startMs).toISOString(),
      timezone: event.timezone ?? null,
      url: event.slug,
      visibility: "public",
      ...writePlace(event),
    },
    calendar: { api_id: calendar.id, name: calendar.name, slug: calendar.slug },
    start_at: new Date(event.startMs).toISOString(),
    hosts: (event.hosts ?? []).map((name) => ({ name, avatar_url: null, username: null })),
    guest_count: going,
    ticket_count: going,
    ticket_info: {
      price: null,
      is_free: true,
      spots_remaining: event.capacity === undefined ? null : Math.max(event.capacity - going, 0),
      require_approval: false,
    },
    calendar_api_id: calendar.id,
    platform: "luma",
    status: "approved",
    tags: [],
  };
}

function writePlace({ location }: StoredEvent): object {
  if (location === undefined) {
    return { geo_address_info: null, geo_address_visibility: "public", coordinate: null };
  }
  const { name, address, city, lat, lng } = location;
  return {
    geo_address_info: {
      mode: "shown",
      type: "google",
      address: name,
      city: city ?? null,
      full_address: address ?? null,
    },
    geo_address_visibility: "public",
    coordinate: lat === undefined || lng === undefined ? null : { latitude: lat, longitude: lng },
  };
}
