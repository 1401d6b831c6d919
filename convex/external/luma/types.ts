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
  /**
   * "evt-..." where the source has it; never "calev-...". A date of a recurring event has its start by
   * the rule appended: "evt-..._20261207T180000Z".
   */
  lumaEventId?: string;
  /**
   * The calendar's entry "calev-...", of an event off Luma: several can share one address. Of a date
   * of another program's recurring event its id there.
   */
  entryId?: string;
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
  /** A date without a time: `startDate` and `endDate` are midnights in the organization's zone. */
  isAllDay?: boolean;
  /** Unix milliseconds; never before `startDate`. */
  endDate?: number;
  /** A valid IANA zone, where the source has one. */
  timezone?: string;
  eventType?: "in-person" | "virtual" | "hybrid";
  /** The place in a few words; only the city where the address is not public. */
  location?: string;
  /** The full address, where it is public and differs from `location`. */
  locationDetails?: string;
  /** The source says that the address is for guests only. */
  placeIsHidden?: boolean;
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
  /** One date of a recurring event. */
  isOccurrence?: boolean;
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
  /** Unix milliseconds, where a feed's entry has one. */
  start?: number;
};

export type LumaPage = {
  kind: "page";
  source: LumaSource;
  events: LumaEvent[];
  refused: Refused[];
  /** Present while there is more to read. */
  next?: LumaCursor;
  /**
   * True where the listing, once its last page is read, has every upcoming event. False where any
   * part of it was cut, damaged or refused.
   */
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
  | { kind: "failed"; reason: string; permanent: boolean; code?: WrongPage };

/** The configured address is a page of Luma, and not a calendar's. */
export type WrongPage = "event-page" | "other-page";

/** The dependencies of this folder. */
export type LumaDeps = {
  fetch: typeof fetch;
  /** Unix ms. */
  now: number;
  /** The organization's zone (IANA): of dates without a time, and of feeds' local times. */
  timezone?: string;
  /** An emulator's address, in tests and the sandbox: requests go to `${origin}/<host>/<path>`. */
  origin?: string;
};
