import { type Calendar, entryIdOf, publicPlace, type StoredEvent } from "./calendars.ts";

/** The calendar feed in Luma's form: everything, past events too, TENTATIVE all of them. */
export function writeIcs(events: StoredEvent[], calendar: Calendar, now: number): string {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Luma emulator//EN",
    `X-WR-CALNAME:${escape(calendar.name)}`,
    ...events.flatMap((event) => writeEvent(event, calendar, now)),
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${fold(line)}\r\n`).join("");
}

function writeEvent(event: StoredEvent, calendar: Calendar, now: number): string[] {
  const location = event.hidesPlace || event.external ? undefined : event.location;
  const url = `https://luma.com/${event.slug}`;
  const words = [
    event.external === undefined
      ? `Get up-to-date information at: ${url}`
      : `Find more information on https://luma.com/${calendar.slug}`,
    ...(location === undefined ? [] : [`Address:\n${location.address ?? location.name}`]),
    ...(event.hidesPlace ? ["Address:\nPlease register to see the exact location."] : []),
    ...(event.hosts === undefined ? [] : [`Hosted by ${event.hosts.join(", ")}`]),
    ...(event.description === undefined ? [] : [event.description]),
  ];
  const geo =
    location?.lat === undefined || location.lng === undefined
      ? []
      : [`GEO:${location.lat};${location.lng}`];
  return [
    "BEGIN:VEVENT",
    `UID:${event.external === undefined ? event.id : entryIdOf(event)}@events.lu.ma`,
    `DTSTAMP:${icsTime(now)}`,
    "SEQUENCE:1",
    `DTSTART:${icsTime(event.startMs)}`,
    `DTEND:${icsTime(event.endMs)}`,
    `SUMMARY:${escape(event.title)}`,
    `DESCRIPTION:${escape(words.join("\n\n"))}`,
    `LOCATION:${escape(location?.address ?? location?.name ?? event.external ?? url)}`,
    ...geo,
    `STATUS:${event.cancelled === true ? "CANCELLED" : "TENTATIVE"}`,
    "END:VEVENT",
  ];
}

function escape(text: string): string {
  return text.replace(/[\\;,]/g, (c) => `\\${c}`).replaceAll("\n", "\\n");
}

/** Folds at 75 octets wherever that falls between two letters. */
function fold(line: string): string {
  let out = "";
  let octets = 0;
  for (const letter of line) {
    const size = Buffer.byteLength(letter);
    if (octets + size > 75) {
      out += "\r\n ";
      octets = 1;
    }
    out += letter;
    octets += size;
  }
  return out;
}

/** One event of the official API's current list: flat, with `id`. After Luma's OpenAPI. */
export function writeApiEvent(event: StoredEvent, calendar: Calendar): object {
  const [platform, id] =
    event.external === undefined ? ["luma", event.id] : ["external", entryIdOf(event)];
  return { platform, id, calendar_id: calendar.id, ...common(event) };
}

/** The same in the older list: wrapped, with `api_id`, numbers as text. */
export function writeLegacyApiEntry(event: StoredEvent, calendar: Calendar): object {
  const location = publicPlace(event);
  const id = event.external === undefined ? event.id : entryIdOf(event);
  const inner = {
    ...common(event),
    api_id: id,
    calendar_api_id: calendar.id,
    geo_latitude: location?.lat === undefined ? null : String(location.lat),
    geo_longitude: location?.lng === undefined ? null : String(location.lng),
    coordinate: undefined,
  };
  return { api_id: id, event: inner, tags: [] };
}

function common(event: StoredEvent): object {
  const location = publicPlace(event);
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
    location_visibility: event.hidesPlace ? "guests-only" : "public",
    cover_url: event.cover ?? null,
    url: event.external ?? `https://luma.com/${event.slug}`,
    visibility: "public",
    tags: [],
  };
}

/** "2026-09-13T09:00:00.000-07:00": local time and offset, as Luma's pages write it. */
export function isoInZone(instant: number, zone: string | undefined): string {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone ?? "UTC",
    timeZoneName: "longOffset",
  }).formatToParts(instant);
  const name = parts.find((part) => part.type === "timeZoneName")?.value ?? "GMT";
  const offset = name === "GMT" ? "+00:00" : name.slice(3);
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6));
  const shifted = instant + (offset.startsWith("-") ? -minutes : minutes) * 60_000;
  return new Date(shifted).toISOString().replace("Z", offset);
}

/** "20260913T160000Z". */
function icsTime(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19).replaceAll("-", "").replaceAll(":", "")}Z`;
}
