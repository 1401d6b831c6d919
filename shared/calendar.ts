import ical, { ICalCalendarMethod } from "ical-generator";

/** What a calendar file needs of an event; times in Unix milliseconds. */
export type CalendarEvent = {
  _id: string;
  title: string;
  startDate: number;
  endsBy: number;
  lumaUrl: string;
  location?: string | undefined;
  moves?: number | undefined;
  syncedAt?: number | undefined;
};

/**
 * An iCalendar file (RFC 5545). Times are written in UTC, because the library writes a wrong clock
 * for a native Date with a zone; the id is stable and the sequence rises with every move, so that
 * calendars update an entry instead of adding one. `now`: Unix milliseconds.
 */
export function calendarFile(name: string, events: readonly CalendarEvent[], now: number): string {
  const calendar = ical({
    name,
    prodId: { company: "Plaza", product: "Plaza", language: "EN" },
    method: ICalCalendarMethod.PUBLISH,
    ttl: 60 * 60,
  });
  for (const event of events) {
    calendar.createEvent({
      id: `${event._id}@plaza.chat`,
      sequence: event.moves ?? 0,
      stamp: new Date(event.syncedAt ?? now),
      start: new Date(event.startDate),
      end: new Date(event.endsBy),
      summary: event.title,
      url: event.lumaUrl,
      description: event.lumaUrl,
      location: event.location ?? null,
    });
  }
  return calendar.toString();
}
