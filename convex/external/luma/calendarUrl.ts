import { calendarId, eventId, isLumaHost, slug } from "./slug.ts";

export type CalendarRefusal =
  | "empty"
  | "not-a-link"
  | "not-https"
  | "not-luma"
  | "credentials"
  | "port"
  | "event-not-calendar"
  | "no-calendar";

export type CalendarAddress =
  | { ok: true; calendarUrl: string; slug: string }
  | { ok: true; calendarId: string }
  | { ok: false; reason: CalendarRefusal };

/**
 * What a person gives as "our Luma calendar": luma.com/<slug> with or without https, a lu.ma
 * address, luma.com/calendar/cal-... or a bare "cal-..." id. Everything else is refused with a
 * reason to word for them; the host must be Luma's own, letter by letter.
 */
export function readCalendarUrl(input: string): CalendarAddress {
  const text = input.trim();
  if (text === "") return refuse("empty");
  const bare = calendarId(text);
  if (bare !== undefined) return { ok: true, calendarId: bare };
  if (eventId(text) !== undefined) return refuse("event-not-calendar");
  if (text.length > 500 || /[\s\p{Cc}\\]/u.test(text)) return refuse("not-a-link");

  const scheme = /^[a-z][a-z0-9+-]*:/i.exec(text)?.[0].toLowerCase();
  // "luma.com:443/x" starts like a scheme too, but none has a dot.
  const full = scheme === undefined ? `https://${text}` : text;
  if (!full.includes(".") || !URL.canParse(full)) return refuse("not-a-link");
  const url = new URL(full);
  if (url.protocol !== "https:") return refuse("not-https");
  if (url.username !== "" || url.password !== "") return refuse("credentials");
  if (!isLumaHost(url.hostname)) return refuse("not-luma");
  if (url.port !== "") return refuse("port");
  return readPath(url.pathname.split("/").filter((segment) => segment !== ""));
}

function refuse(reason: CalendarRefusal): CalendarAddress {
  return { ok: false, reason };
}

function readPath(segments: string[]): CalendarAddress {
  const id = segments.map(calendarId).find((found) => found !== undefined);
  if (id !== undefined) return { ok: true, calendarId: id };
  if (segments[0] === "event" || segments.some((segment) => eventId(segment) !== undefined)) {
    return refuse("event-not-calendar");
  }
  const name = segments.length === 1 ? slug(segments[0]) : undefined;
  if (name === undefined) return refuse("no-calendar");
  return { ok: true, calendarUrl: `https://luma.com/${name}`, slug: name };
}
