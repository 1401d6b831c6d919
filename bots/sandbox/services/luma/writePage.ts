import { type Calendar, entryIdOf, publicPlace, type StoredEvent } from "./calendars.ts";
import { isoInZone } from "./writeFeeds.ts";

/** A calendar page shows at most this many events. */
const PAGE_SIZE = 20;

/**
 * The calendar page in Luma's form of 2026: an Organization without events, an ItemList with at
 * most 20 upcoming ones, the calendar's id in a meta tag, and the page's own data.
 */
export function writePage(upcoming: StoredEvent[], calendar: Calendar): string {
  const shown = upcoming.slice(0, PAGE_SIZE);
  const url = `https://luma.com/${calendar.slug}`;
  const context = "https://schema.org";
  const organization = { "@context": context, "@type": "Organization", name: calendar.name, url };
  const list = {
    "@context": context,
    "@type": "ItemList",
    url,
    numberOfItems: shown.length,
    itemListElement: shown.map((event, index) => ({
      "@type": "ListItem",
      position: index + 1,
      item: writeLdEvent(event, calendar),
    })),
  };
  const featured = shown.filter((event) => event.cancelled !== true);
  const data = {
    calendar: { api_id: calendar.id, name: calendar.name, slug: calendar.slug },
    featured_items: featured.map((event) => writeItem(event, calendar)),
  };
  const next = { props: { pageProps: { initialData: { kind: "calendar", data } } } };
  return [
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"/>',
    `<title>${asHtml(calendar.name)} · Events Calendar</title>`,
    `<meta name="apple-itunes-app" content="app-id=0, app-argument=luma://calendar/${calendar.id}"/>`,
    script('type="application/ld+json"', organization),
    script('type="application/ld+json"', list),
    '</head><body><div id="__next"></div>',
    script('id="__NEXT_DATA__" type="application/json"', next),
    "</body></html>",
  ].join("");
}

function writeLdEvent(event: StoredEvent, calendar: Calendar): object {
  const url = event.external ?? `https://luma.com/${event.slug}`;
  const mode = event.online === true ? "Online" : "Offline";
  return {
    "@type": "Event",
    "@id": url,
    url,
    name: event.title,
    eventAttendanceMode: `https://schema.org/${mode}EventAttendanceMode`,
    eventStatus: `https://schema.org/Event${event.cancelled === true ? "Cancelled" : "Scheduled"}`,
    startDate: isoInZone(event.startMs, event.timezone),
    endDate: isoInZone(event.endMs, event.timezone),
    ...writeLdPlace(event, url),
    ...(event.cover === undefined ? {} : { image: [event.cover] }),
    organizer: [
      { "@type": "Organization", name: calendar.name, url: `https://luma.com/${calendar.slug}` },
      ...(event.hosts ?? []).map((name) => ({ "@type": "Person", name })),
    ],
  };
}

function writeLdPlace(event: StoredEvent, url: string): object {
  const { online } = event;
  const location = publicPlace(event);
  if (location === undefined) {
    return online === true ? { location: { "@type": "VirtualLocation", url } } : {};
  }
  const { name, address, city, lat, lng } = location;
  const geo = { "@type": "GeoCoordinates", latitude: lat, longitude: lng };
  const place = {
    "@type": "Place",
    name,
    address: {
      "@type": "PostalAddress",
      streetAddress: address ?? name,
      addressLocality: city,
    },
    ...(lat === undefined || lng === undefined ? {} : { geo }),
  };
  return { location: place };
}

/** "</script" inside the JSON would end the script. */
function script(attributes: string, data: object): string {
  return `<script ${attributes}>${JSON.stringify(data).replaceAll("<", "\\u003c")}</script>`;
}

function asHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/** One entry of the keyless JSON, in the form captured in September 2026. */
export function writeItem(event: StoredEvent, calendar: Calendar): object {
  if (event.external !== undefined) return writeExternalItem(event, calendar);
  const going = event.going ?? 0;
  return {
    api_id: entryIdOf(event),
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

/** An event off Luma has neither an id nor an end, but a length. */
function writeExternalItem(event: StoredEvent, calendar: Calendar): object {
  const minutes = Math.round((event.endMs - event.startMs) / 60_000);
  const { name, address } = publicPlace(event) ?? {};
  const place = { type: "manual", address: address ?? name, mode: "shown" };
  return {
    api_id: entryIdOf(event),
    calendar_api_id: calendar.id,
    platform: "external",
    status: "approved",
    tags: [],
    event: {
      duration_interval: `P0Y0M0DT${Math.floor(minutes / 60)}H${minutes % 60}M0S`,
      host: event.hosts?.[0] ?? null,
      name: event.title,
      start_at: new Date(event.startMs).toISOString(),
      timezone: event.timezone ?? null,
      url: event.external,
      ...(name === undefined ? {} : { geo_address_info: place, geo_address_json: place }),
    },
  };
}

function writePlace(event: StoredEvent): object {
  const location = publicPlace(event);
  const visibility = event.hidesPlace ? "guests-only" : "public";
  if (location === undefined) {
    return { geo_address_info: null, geo_address_visibility: visibility, coordinate: null };
  }
  const { name, address, city, lat, lng } = location;
  return {
    geo_address_info: {
      mode: event.hidesPlace ? "obfuscated" : "shown",
      type: "google",
      address: name,
      city: city ?? null,
      full_address: address ?? null,
    },
    geo_address_visibility: visibility,
    coordinate: lat === undefined || lng === undefined ? null : { latitude: lat, longitude: lng },
  };
}
