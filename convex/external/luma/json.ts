import { z } from "zod";
import { assemble, type Reading } from "./assemble.ts";
import { type Listing, readJsonListing } from "./listing.ts";
import { asFields, flag, list, number, part, text } from "./text.ts";
import { calendarId, entryId, eventId } from "./addresses.ts";
import { placeShape, readPlace } from "./jsonPlace.ts";
import { readSpan, readZone } from "./times.ts";
import type { LumaEvent } from "./types.ts";

/**
 * One page of the official API: the older `/v1/calendar/list-events` wraps its events, the current
 * `/v1/calendars/events/list` (2026-06) lists them flat; `id` and `api_id` occur in both.
 * Source: Luma's OpenAPI.
 */
export function parseApi(document: unknown, dayZone?: string): Listing {
  return readJsonListing(document, (entry) => readJsonEvent(entry, dayZone));
}

/** One event of the official API, also the `data` of its event webhooks. */
export function parseApiEvent(entry: unknown): Reading {
  return readJsonEvent(entry);
}

/**
 * One page of the keyless JSON that Luma's own pages use (`/calendar/get-items`). An entry's
 * `api_id` is "calev-..." and its `calendar_api_id` the calendar that lists the event; the event's
 * own `calendar_api_id` is the one that owns it. Source: captures of September 2026.
 */
export function parseItems(document: unknown, dayZone?: string): Listing {
  const listing = readJsonListing(document, (entry) => readJsonEvent(entry, dayZone));
  const entries = asFields(document)?.["entries"];
  const first = asFields(Array.isArray(entries) ? entries[0] : undefined);
  const lister = first?.["calendar_api_id"];
  const id = calendarId(typeof lister === "string" ? lister : undefined);
  return listing.ok && id !== undefined ? { ...listing, calendarId: id } : listing;
}

/** The event object of both JSON interfaces; each leaves out some fields. */
const eventShape = z.object({
  ...placeShape,
  id: text,
  api_id: text,
  name: text,
  description: text,
  description_md: text,
  start_at: text,
  end_at: text,
  duration_interval: text,
  timezone: text,
  url: text,
  cover_url: text,
  visibility: text,
  calendar_id: text,
  calendar_api_id: text,
  show_guest_list: flag,
  host: text,
});

/** The fields of the keyless JSON's entry around the event object. */
const aroundShape = z.object({
  id: text,
  api_id: text,
  hosts: list,
  calendar: part({ name: text }),
  guest_count: number,
  ticket_count: number,
  ticket_info: part({
    is_free: flag,
    price: z.unknown().optional(),
    spots_remaining: number,
    require_approval: flag,
  }),
  status: text,
});

const hostShape = z.object({ name: text, avatar_url: text, username: text });

type Inner = z.output<typeof eventShape>;
type Around = z.output<typeof aroundShape>;

/**
 * Parses one entry: an event object, or `{event: {...}, hosts, calendar, ...}`. Some entries have the
 * name and the times around the event instead of in it. `dayZone`: the zone of dates without a time.
 */
export function readJsonEvent(entry: unknown, dayZone?: string): Reading {
  const outer = asFields(entry);
  if (outer === undefined) {
    return { ok: false, refused: { reason: "it is not an object" } };
  }
  const raw = eventShape.parse(withEntry(outer, asFields(outer["event"])));
  const around = aroundShape.parse(outer);
  const zone = readZone(raw.timezone);
  const { place, hidden } = readPlace(raw);
  const ids = [raw.id, raw.api_id, around.id, around.api_id];
  const id = ids.map(eventId).find((found) => found !== undefined);
  const { start, end, isAllDay } = readSpan(
    { start: raw.start_at, end: raw.end_at, duration: raw.duration_interval },
    zone,
    dayZone,
  );
  return assemble(
    {
      ...place,
      ...readGuests(raw, around),
      title: raw.name,
      id,
      entryId: ids.map(entryId).find((found) => found !== undefined),
      links: [raw.url, id],
      start,
      end,
      isAllDay,
      timezone: zone,
      description: raw.description ?? raw.description_md,
      coverImage: raw.cover_url,
      ownerCalendarId: calendarId(raw.calendar_id) ?? calendarId(raw.calendar_api_id),
      calendarName: around.calendar?.name,
      hosts: readHostList(raw, around),
      isPrivate: isPrivate(raw, around),
    },
    hidden,
  );
}

const entryFields = [
  "name",
  "start_at",
  "end_at",
  "duration_interval",
  "timezone",
  "url",
  "cover_url",
];

/** The event object, with what only the entry around it has. */
function withEntry(
  outer: Record<string, unknown>,
  event: Record<string, unknown> | undefined,
): Record<string, unknown> {
  if (event === undefined) return outer;
  const missing = entryFields.filter((name) => (event[name] ?? "") === "" && name in outer);
  return { ...event, ...Object.fromEntries(missing.map((name) => [name, outer[name]])) };
}

function readHostList(raw: Inner, around: Around) {
  const drafts = around.hosts.flatMap((host) => {
    const known = hostShape.safeParse(host).data;
    return known === undefined
      ? []
      : [{ name: known.name, avatarUrl: known.avatar_url, handle: known.username }];
  });
  return drafts.length === 0 ? [{ name: raw.host }] : drafts;
}

/** Not public: any visibility but "public", and events that the calendar has not accepted. */
function isPrivate(raw: Inner, around: Around): boolean {
  const closed = raw.visibility !== undefined && raw.visibility.toLowerCase() !== "public";
  return closed || ["pending", "declined", "rejected"].includes(around.status ?? "");
}

type Guests = "registrationCount" | "maxCapacity" | "registrationType";

function readGuests(raw: Inner, around: Around): { [K in Guests]: LumaEvent[K] | undefined } {
  const info = around.ticket_info;
  // With a hidden guest list Luma writes 0, which is not the number of guests.
  const unknown = raw.show_guest_list === false && (around.guest_count ?? 0) === 0;
  const taken = around.ticket_count ?? around.guest_count;
  const spots = info?.spots_remaining;
  return {
    registrationCount: unknown ? undefined : around.guest_count,
    // The answer has no capacity: it is the sum of the tickets taken and the spots remaining.
    maxCapacity: unknown || taken === undefined || spots === undefined ? undefined : taken + spots,
    registrationType: readTicketKind(info),
  };
}

function readTicketKind(info: Around["ticket_info"]): LumaEvent["registrationType"] {
  if (info?.is_free === false || (info?.price !== null && info?.price !== undefined)) return "paid";
  if (info?.require_approval === true) return "approval";
  return info?.is_free === true ? "free" : undefined;
}
