import { httpsUrl } from "./links.ts";

const LUMA_HOSTS = new Set(["luma.com", "www.luma.com", "lu.ma", "www.lu.ma"]);
const EVENT_ID = /^evt-[A-Za-z0-9_-]{1,80}$/;
const CALENDAR_ID = /^cal-[A-Za-z0-9_-]{1,80}$/;
const SLUG = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,119}$/;

/** First path segments of luma.com that are Luma's own pages, never somebody's slug. */
const OWN_PAGES = new Set(
  (
    "event events e calendar calendars user users discover explore signin login home create " +
    "pricing settings help terms privacy-policy blog app map join embed check-in ics _next"
  ).split(" "),
);

export function isLumaHost(host: string): boolean {
  return LUMA_HOSTS.has(host);
}

/** "evt-..." or nothing; a "calev-..." is a calendar's entry, not an event. */
export function eventId(text: string | undefined): string | undefined {
  return text !== undefined && EVENT_ID.test(text) ? text : undefined;
}

/** "cal-..." or nothing. */
export function calendarId(text: string | undefined): string | undefined {
  return text !== undefined && CALENDAR_ID.test(text) ? text : undefined;
}

/** A bare slug of luma.com ("demo-night", "platform.engineering"), or nothing. */
export function slug(text: string | undefined): string | undefined {
  if (text === undefined || !SLUG.test(text)) return undefined;
  const own = OWN_PAGES.has(text.toLowerCase()) || LUMA_HOSTS.has(text.toLowerCase());
  return own || text.startsWith("cal-") || text.startsWith("calev-") ? undefined : text;
}

export type EventLink = { id?: string; slug?: string; external?: string };

/**
 * What an event's address says. Luma writes it as a whole address (query strings, trailing slashes
 * and lu.ma occur), as a path, without a scheme, and in its JSON as a bare slug.
 */
export function readEventLink(raw: string | undefined): EventLink | undefined {
  const text = raw?.trim();
  if (text === undefined || text === "") return undefined;
  const url = httpsUrl(text) ?? httpsUrl(withHost(text));
  if (url === undefined) return undefined;
  if (!LUMA_HOSTS.has(url.hostname)) return { external: url.href };
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
  if (LUMA_HOSTS.has(first.toLowerCase())) return `https://${text}`;
  // What is left is a bare slug or id, perhaps with a query string; never "mailto:..." or "_:b0".
  return SLUG.test(first) && !text.slice(first.length).startsWith("/")
    ? `https://luma.com/${text}`
    : undefined;
}
