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
