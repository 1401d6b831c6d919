// The interface of this folder. Nothing outside it talks to Luma or depends on the source of an
// event.

/** An organization's configuration. All fields are optional; the best source is used. */
export type LumaConfig = {
  /** The secret key of the official API, which needs Luma Plus. */
  apiKey?: string;
  /** "cal-...". */
  calendarId?: string;
  /** Address of the calendar page, as `readCalendarUrl` returned it. */
  calendarUrl?: string;
};

export type LumaHost = { name: string; avatarUrl?: string; handle?: string };

/** A point on Earth, in degrees. */
export type Coordinates = { lat: number; lng: number };

export type LumaEvent = {
  /** "evt-..." where the source has it; never "calev-...", which is a calendar entry. */
  lumaEventId?: string;
  /** The slug on luma.com; absent for external events and for /event/evt-... addresses. */
  lumaSlug?: string;
  /** Canonical https address: luma.com/<slug>, luma.com/event/evt-..., or the external page. */
  lumaUrl: string;
  title: string;
  description?: string;
  /** https only. */
  coverImage?: string;
  /** Unix milliseconds. */
  startDate: number;
  /** Unix milliseconds; never before `startDate`. */
  endDate?: number;
  /** A valid IANA zone, where the source has one. */
  timezone?: string;
  eventType?: "in-person" | "virtual" | "hybrid";
  /** The place in a few words; only the city where the address is not public. */
  location?: string;
  /** The full address, where it is public and differs from `location`. */
  locationDetails?: string;
  /** https only, and public: never a meeting link for guests. */
  locationUrl?: string;
  coordinates?: Coordinates;
  hosts?: LumaHost[];
  /** Name of the calendar that owns the event, if known. */
  calendarName?: string;
  /** "cal-..." of the calendar that owns the event; others may list it too. */
  ownerCalendarId?: string;
  /** Marked by the source: ld+json EventCancelled, iCalendar STATUS:CANCELLED. */
  cancelled?: boolean;
  /** The number of guests; absent where it is hidden, which Luma shows as 0. */
  registrationCount?: number;
  maxCapacity?: number;
  registrationType?: "free" | "paid" | "approval";
  /** Private or for members only: must not be announced. */
  isPrivate?: boolean;
  /** The event's page is not on Luma. */
  external?: boolean;
};

export type LumaSource = "api" | "items" | "ics" | "page";

/** The position in a listing: opaque data that can be stored as JSON. */
export type LumaCursor = {
  source: LumaSource;
  /** Luma's own cursor for the next page. */
  value?: string;
  /** The cursor before `value`, to detect loops. */
  previous?: string;
  /** The official API's older path is in use. */
  legacyApi?: boolean;
  /** The number of pages read so far. */
  pages?: number;
};

/** An entry that could not be used. Its event exists, so it must not count as vanished. */
export type Refused = {
  title?: string;
  reason: string;
  /** The key of `identity()`, where the entry has an address or id. */
  identity?: string;
};

export type LumaPage = {
  kind: "page";
  source: LumaSource;
  events: LumaEvent[];
  refused: Refused[];
  /** Present while there is more to read. */
  next?: LumaCursor;
  /** True where the listing, once its last page is read, has every upcoming event. */
  complete: boolean;
  /**
   * Unix milliseconds. Of an incomplete page: every event that starts before this time is listed.
   */
  completeUntil?: number;
  /**
   * "cal-...", where the page contains it: stored, so that the next sync can use a better source.
   */
  calendarId?: string;
  /** Better sources that failed permanently before this one answered, with reasons for admins. */
  fellBack?: { source: LumaSource; reason: string }[];
};

export type LumaAnswer =
  | LumaPage
  /** No event data where some was expected: the stored events are kept, and the sync is retried. */
  | { kind: "suspicious"; reason: string }
  /** Rate limited: the caller schedules a retry after this many milliseconds. */
  | { kind: "throttled"; retryAfterMs: number }
  /**
   * `reason`: for admins, without secrets. `permanent`: a retry with the same settings cannot help.
   */
  | { kind: "failed"; reason: string; permanent: boolean };

/** The dependencies of this folder. */
export type LumaDeps = {
  fetch: typeof fetch;
  /** Unix ms. */
  now: number;
  /** An emulator's address, in tests and the sandbox: requests go to `${origin}/<host>/<path>`. */
  origin?: string;
};
