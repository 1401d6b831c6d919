import { createHash } from "node:crypto";

/**
 * An event as sandbox scripts and tests write it. `start` and `end` are ISO 8601 with an offset.
 */
export type CalendarEvent = {
  /** The event's name on luma.com; putting it again changes the event. */
  slug: string;
  title: string;
  start: string;
  end?: string;
  /** IANA. Left out, the emulator's answers name none. */
  timezone?: string;
  description?: string;
  location?: { name: string; address?: string; city?: string; lat?: number; lng?: number };
  online?: boolean;
  /** https address of its page where that is not on Luma: then it has a calendar's entry and no id. */
  external?: string;
  /** The address is for guests only: the answers have the city. */
  hidesPlace?: boolean;
  /** https address of a picture. */
  cover?: string;
  hosts?: string[];
  capacity?: number;
  going?: number;
  /** As on Luma: gone from the JSON, marked in the page and the feed. */
  cancelled?: boolean;
};

/** A change: the slug and the fields that change. */
export type EventChange = Pick<CalendarEvent, "slug"> & Partial<CalendarEvent>;

export type StoredEvent = CalendarEvent & { id: string; startMs: number; endMs: number };

/** The id of the event's entry in its calendar. */
export function entryIdOf({ id }: StoredEvent): string {
  return id.replace("evt-", "calev-");
}

/** The place as everybody may see it. */
export function publicPlace({ location, hidesPlace }: StoredEvent): CalendarEvent["location"] {
  if (!hidesPlace) return location;
  return location?.city === undefined ? undefined : { name: location.city, city: location.city };
}

export type Calendar = { slug: string; id: string; name: string };

/** What the next `count` requests meet instead of an answer. */
export type LumaFault = {
  kind: "429" | "rate-limit-page" | "broken" | "500" | "drop";
  count: number;
  /** Seconds, for "429". */
  retryAfter?: number;
};

export type LumaRequestSeen = { at: number; method: string; path: string; status: number };

export type LumaEmulator = {
  /** The value of LUMA_ORIGIN. */
  url: string;
  put(event: EventChange, calendar?: string): void;
  remove(slug: string, calendar?: string): void;
  /** Sorted by start. */
  events(calendar?: string): StoredEvent[];
  fault(fault: LumaFault): void;
  faults(): LumaFault[];
  /** Newest last, bounded. `status` 0 is a dropped connection. */
  requests(): LumaRequestSeen[];
  /** Called after an event was put or removed. Returns how to stop listening. */
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
};

export type LumaEmulatorOptions = {
  /** 0 or nothing: any free port. */
  port?: number;
  /** The only clock, Unix ms. */
  now?: () => number;
  /** Serve saved files from here instead of the events put in. */
  directory?: string;
};

export const SANDBOX_CALENDAR = "plaza";
export const SANDBOX_CALENDAR_ID = "cal-PlazaSandbox0001";

/** The calendars in memory, each with its events by slug. */
export type Calendars = {
  put(event: EventChange, calendar: string): void;
  remove(slug: string, calendar: string): void;
  /** Sorted by start. */
  events(calendar: string): StoredEvent[];
  /** By its slug or its "cal-..." id. */
  find(slugOrId: string): Calendar | undefined;
};

export function makeCalendars(): Calendars {
  const byCalendar = new Map<string, Map<string, StoredEvent>>([[SANDBOX_CALENDAR, new Map()]]);
  return {
    put(change, calendar) {
      const known = byCalendar.get(calendar) ?? new Map<string, StoredEvent>();
      known.set(change.slug, store(change, known.get(change.slug)));
      byCalendar.set(calendar, known);
    },
    remove(slug, calendar) {
      byCalendar.get(calendar)?.delete(slug);
    },
    events(calendar) {
      const events = [...(byCalendar.get(calendar)?.values() ?? [])];
      return events.sort((a, b) => a.startMs - b.startMs || a.slug.localeCompare(b.slug));
    },
    find(slugOrId) {
      const all = [...byCalendar.keys()].map(describe);
      return all.find((calendar) => calendar.slug === slugOrId || calendar.id === slugOrId);
    },
  };
}

function store(change: EventChange, known: StoredEvent | undefined): StoredEvent {
  const { title, start, ...others } = { ...known, ...change };
  if (title === undefined || start === undefined) {
    throw new Error(`the new event "${change.slug}" needs a title and a start`);
  }
  const event: CalendarEvent = { ...others, title, start };
  const startMs = Date.parse(start);
  // An end that a moved start has overtaken is not kept: two hours, as Luma's own form proposes.
  const given = event.end === undefined ? NaN : Date.parse(event.end);
  const endMs = given >= startMs ? given : startMs + 2 * 3_600_000;
  if (Number.isNaN(startMs)) throw new Error(`"${start}" is not a time`);
  return { ...event, id: known?.id ?? `evt-${digest(change.slug)}`, startMs, endMs };
}

function describe(slug: string): Calendar {
  const id = slug === SANDBOX_CALENDAR ? SANDBOX_CALENDAR_ID : `cal-${digest(slug)}`;
  return { slug, id, name: `${slug.charAt(0).toUpperCase()}${slug.slice(1)}` };
}

/** Fifteen letters and digits, like Luma's ids; the same for the same slug. */
function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 15);
}
