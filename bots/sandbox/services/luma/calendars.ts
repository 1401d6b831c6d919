import { createHash } from "node:crypto";

import type { Calendar, EventChange, CalendarEvent, StoredEvent } from "./types.ts";

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
