const maxLinkLength = 2048;

/** Normalizes a public https address; other schemes (javascript:, http:, data:) give undefined. */
export function httpsLink(raw: string | undefined): string | undefined {
  return httpsUrl(raw)?.href;
}

/** Parses a public https address. Credentials are refused: they can disguise the host. */
export function httpsUrl(raw: string | undefined): URL | undefined {
  if (raw === undefined || raw.length > maxLinkLength) return undefined;
  const trimmed = raw.trim();
  // URL() drops tabs and line breaks and reads "\" as "/", both of which can disguise the host.
  if (/[\s\p{Cc}\\]/u.test(trimmed)) return undefined;
  if (!URL.canParse(trimmed)) return undefined;
  const url = new URL(trimmed);
  if (url.protocol !== "https:" || url.username !== "" || url.password !== "") return undefined;
  return url.hostname === "" ? undefined : url;
}

const lumaHosts = new Set(["luma.com", "www.luma.com", "lu.ma", "www.lu.ma"]);
const eventIdPattern = /^evt-[A-Za-z0-9_-]{1,80}$/;
const entryIdPattern = /^calev-[A-Za-z0-9_-]{1,80}$/;
const calendarIdPattern = /^cal-[A-Za-z0-9_-]{1,80}$/;
const slugPattern = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,119}$/;

/** First path segments of luma.com that are Luma's own pages and never a slug. */
const ownPages = new Set(
  (
    "event events e calendar calendars user users discover explore signin login home create " +
    "pricing settings help terms privacy-policy blog app map join embed check-in ics _next"
  ).split(" "),
);

export function isLumaHost(host: string): boolean {
  return lumaHosts.has(host);
}

/** An event id "evt-...", else undefined; "calev-..." is a calendar entry, not an event. */
export function eventId(text: string | undefined): string | undefined {
  return text !== undefined && eventIdPattern.test(text) ? text : undefined;
}

/**
 * The id of a calendar's entry "calev-...", else undefined. It identifies an external event, which
 * has no "evt-" id.
 */
export function entryId(text: string | undefined): string | undefined {
  return text !== undefined && entryIdPattern.test(text) ? text : undefined;
}

/** A calendar id "cal-...", else undefined. */
export function calendarId(text: string | undefined): string | undefined {
  return text !== undefined && calendarIdPattern.test(text) ? text : undefined;
}

/** A bare slug of luma.com ("demo-night", "platform.engineering"), else undefined. */
export function slug(text: string | undefined): string | undefined {
  if (text === undefined || !slugPattern.test(text)) return undefined;
  const own = ownPages.has(text.toLowerCase()) || lumaHosts.has(text.toLowerCase());
  return own || text.startsWith("cal-") || text.startsWith("calev-") ? undefined : text;
}

export type EventLink = { id?: string; slug?: string; external?: string };

/**
 * Parses an event's address. Luma writes it as a full address (query strings, trailing slashes and
 * lu.ma occur), as a path, without a scheme, and in its JSON as a bare slug.
 */
export function readEventLink(raw: string | undefined): EventLink | undefined {
  const text = raw?.trim();
  if (text === undefined || text === "") return undefined;
  const url = httpsUrl(text) ?? httpsUrl(withHost(text));
  if (url === undefined) return undefined;
  if (!lumaHosts.has(url.hostname)) return { external: url.href };
  if (url.port !== "") return undefined;
  const segments = url.pathname.split("/").filter((segment) => segment !== "");
  const id = segments.map(eventId).find((found) => found !== undefined);
  if (id !== undefined) return { id };
  const only = segments.length === 1 ? slug(segments[0]) : undefined;
  return only === undefined ? undefined : { slug: only };
}

function withHost(text: string): string | undefined {
  if (text.startsWith("//") || text.startsWith("#") || text.startsWith("?")) return undefined;
  if (text.startsWith("/")) return `https://luma.com${text}`;
  const first = text.split(/[/?#]/, 1)[0] ?? "";
  if (lumaHosts.has(first.toLowerCase())) return `https://${text}`;
  // The rest is a bare slug or id, possibly with a query string; never "mailto:..." or "_:b0".
  return slugPattern.test(first) && !text.slice(first.length).startsWith("/")
    ? `https://luma.com/${text}`
    : undefined;
}

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
 * Parses the address of a Luma calendar as a person types it: luma.com/<slug> with or without
 * https, a lu.ma address, luma.com/calendar/cal-... or a bare "cal-..." id. Everything else is
 * refused with a reason; the host must be exactly one of Luma's.
 */
export function readCalendarUrl(input: string): CalendarAddress {
  const text = input.trim();
  if (text === "") return refuse("empty");
  const bare = calendarId(text);
  if (bare !== undefined) return { ok: true, calendarId: bare };
  if (eventId(text) !== undefined) return refuse("event-not-calendar");
  if (text.length > 500 || /[\s\p{Cc}\\]/u.test(text)) return refuse("not-a-link");

  const scheme = /^[a-z][a-z0-9+-]*:/i.exec(text)?.[0].toLowerCase();
  // "luma.com:443/x" looks like it has a scheme, but the pattern allows no dot in one.
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
