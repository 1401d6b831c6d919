import type { Calendar, StoredEvent } from "./types.ts";
import { icsTime } from "./writeTime.ts";

/** The calendar feed in Luma's form: everything, past events too, TENTATIVE all of them. */
export function writeIcs(events: StoredEvent[], calendar: Calendar, now: number): string {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Luma emulator//EN",
    `X-WR-CALNAME:${escape(calendar.name)}`,
    ...events.flatMap((event) => writeEvent(event, now)),
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${fold(line)}\r\n`).join("");
}

function writeEvent(event: StoredEvent, now: number): string[] {
  const { location } = event;
  const url = `https://luma.com/${event.slug}`;
  const words = [
    `Get up-to-date information at: ${url}`,
    ...(location === undefined ? [] : [`Address:\n${location.address ?? location.name}`]),
    ...(event.hosts === undefined ? [] : [`Hosted by ${event.hosts.join(", ")}`]),
    ...(event.description === undefined ? [] : [event.description]),
  ];
  const geo =
    location?.lat === undefined || location.lng === undefined
      ? []
      : [`GEO:${location.lat};${location.lng}`];
  return [
    "BEGIN:VEVENT",
    `UID:${event.id}@events.lu.ma`,
    `DTSTAMP:${icsTime(now)}`,
    "SEQUENCE:1",
    `DTSTART:${icsTime(event.startMs)}`,
    `DTEND:${icsTime(event.endMs)}`,
    `SUMMARY:${escape(event.title)}`,
    `DESCRIPTION:${escape(words.join("\n\n"))}`,
    `LOCATION:${escape(location?.address ?? location?.name ?? url)}`,
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
