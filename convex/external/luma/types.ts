// What the rest of the project sees of Luma. Nothing outside this folder talks to Luma or knows
// which of its four forms an event came from.

/** What an organization has configured. All are optional; the best one present is used. */
export type LumaConfig = {
  /** Key of the official API (needs Luma Plus). Secret. */
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
  /** "evt-..." where the source has it; never "calev-...", which is only a calendar's entry. */
  lumaEventId?: string;
  /** Bare slug on luma.com; absent for external events and for /event/evt-... addresses. */
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
  /** A valid IANA zone, only where the source has one. */
  timezone?: string;
  eventType?: "in-person" | "virtual" | "hybrid";
  /** The place in a few words. Where the address is not public: the city, or nothing. */
  location?: string;
  /** The full address, where it says more than `location` and is public. */
  locationDetails?: string;
  /** https only, and only where the source publishes it: never a guests-only meeting link. */
  locationUrl?: string;
  coordinates?: Coordinates;
  hosts?: LumaHost[];
  /** Name of the calendar that owns the event, if known. */
  calendarName?: string;
  /** "cal-..." of the calendar that owns the event; others may list it too. */
  ownerCalendarId?: string;
  /** Only where the source really says so: ld+json EventCancelled, ICS STATUS:CANCELLED. */
  cancelled?: boolean;
  /** Guests; absent where the count is hidden, which Luma shows as 0. */
  registrationCount?: number;
  maxCapacity?: number;
  registrationType?: "free" | "paid" | "approval";
  /** Private or for members only: must not be published. */
  isPrivate?: boolean;
  /** The event's page is not on Luma. */
  external?: boolean;
};

export type LumaSource = "api" | "items" | "ics" | "page";

/** Where a listing stands. Plain data: store it, pass it back, read nothing into it. */
export type LumaCursor = {
  source: LumaSource;
  /** Luma's own cursor for the next page. */
  value?: string;
  /** The cursor before that: one that comes back is a loop. */
  previous?: string;
  /** The official API's older path is in use. */
  legacyApi?: boolean;
  /** How many pages were read so far. */
  pages?: number;
};

/** An entry that could not be used. Its event may well exist: never take it for a vanished one. */
export type Refused = {
  title?: string;
  reason: string;
  /** As `identity()` would give it, where enough could be read to know. */
  identity?: string;
};

export type LumaPage = {
  kind: "page";
  source: LumaSource;
  events: LumaEvent[];
  refused: Refused[];
  /** Present while there is more to read. */
  next?: LumaCursor;
  /** True where this listing, once its last page is read, holds every upcoming event. */
  complete: boolean;
  /** Unix ms. Where not complete: every event that starts before this moment is listed. */
  completeUntil?: number;
  /** "cal-...", where the page revealed it: store it, the next sync has a better source. */
  calendarId?: string;
  /** Better sources that said no for good before this one answered; words for an admin. */
  fellBack?: { source: LumaSource; reason: string }[];
};

export type LumaAnswer =
  | LumaPage
  /** No data where data belonged. Keep what is known and look again later. */
  | { kind: "suspicious"; reason: string }
  /** Come back after this many milliseconds; waiting is the scheduler's business. */
  | { kind: "throttled"; retryAfterMs: number }
  /** Words for an admin, without secrets. `permanent`: asking again unchanged cannot help. */
  | { kind: "failed"; reason: string; permanent: boolean };

/** Everything this folder takes from outside. */
export type LumaDeps = {
  fetch: typeof fetch;
  /** Unix ms. */
  now: number;
  /** A stand-in's address: requests go to `${origin}/<real host>/<path>`. Tests and stage only. */
  origin?: string;
};
