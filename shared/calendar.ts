import ical, { ICalCalendarMethod, ICalEventStatus } from "ical-generator";
import { wallClock } from "./time/zones.ts";

/** What a calendar file needs of an event; times in Unix milliseconds. */
export type CalendarEvent = {
  _id: string;
  title: string;
  startDate: number;
  endsBy: number;
  timezone: string;
  isAllDay?: boolean | undefined;
  lumaUrl: string;
  location?: string | undefined;
  status: string;
  /** How often what the file shows has changed, and when it last did. */
  revision?: number | undefined;
  changedAt?: number | undefined;
};

/**
 * An iCalendar file (RFC 5545). Times are written in UTC, because the library writes a wrong clock
 * for a native Date with a zone. The id is stable, the sequence rises with every change, and the stamps
 * are those of the change, so that calendars update an entry instead of adding one, and an unchanged
 * calendar is the same file. `now` (Unix milliseconds) stamps events whose change was not recorded.
 */
export function calendarFile(name: string, events: readonly CalendarEvent[], now: number): string {
  const calendar = ical({
    // The library does not escape the name.
    name: escapeText(name),
    prodId: { company: "Plaza", product: "Plaza", language: "EN" },
    method: ICalCalendarMethod.PUBLISH,
    ttl: 60 * 60,
  });
  for (const [index, event] of events.entries()) {
    const changed = new Date(event.changedAt ?? now);
    const isAllDay = event.isAllDay === true;
    const dateOf = (at: number) => (isAllDay ? dayOf(at, event.timezone) : new Date(at));
    calendar.createEvent({
      id: `${event._id}@plaza.chat`,
      sequence: event.revision ?? 0,
      stamp: changed,
      ...(event.changedAt !== undefined && { lastModified: changed }),
      start: dateOf(event.startDate),
      end: dateOf(event.endsBy),
      allDay: isAllDay,
      summary: event.title,
      url: placeholder(index),
      description: event.lumaUrl,
      location: event.location ?? null,
      status: event.status === "cancelled" ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    });
  }
  return calendar
    .toString()
    .replace(placeholders, (_line, index: string) =>
      linkLine(events[Number(index)]?.lumaUrl ?? ""),
    );
}

// The library escapes addresses as if they were texts, and "a\,b" is another address (RFC 5545, 3.3.13).

function placeholder(index: number): string {
  return `https://plaza.invalid/${index}/`;
}

const placeholders = /URL;VALUE=URI:https:\/\/plaza\.invalid\/(\d+)\/\r\n/g;

/** The line of an address, folded at 75 octets (RFC 5545, 3.1); none for what is no address. */
function linkLine(link: string): string {
  if (!URL.canParse(link)) return "";
  // The parser leaves ASCII alone, so that no character can be split.
  const line = `URL;VALUE=URI:${new URL(link).href}`;
  return `${[line.slice(0, 75), ...(line.slice(75).match(/.{1,74}/g) ?? [])].join("\r\n ")}\r\n`;
}

/** Escapes a TEXT value (RFC 5545, 3.3.11). */
function escapeText(text: string): string {
  return text
    .replace(/[\\;,]/g, (mark) => `\\${mark}`)
    .replace(/\r\n?|\n/g, "\\n")
    .replace(/\p{Cc}/gu, "");
}

/** The day of a moment in a zone, as the library writes dates: midnight in UTC. */
function dayOf(at: number, timezone: string): Date {
  const { year, month, day } = wallClock(at, timezone);
  return new Date(Date.UTC(year, month - 1, day));
}
