import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import {
  HTML,
  ICS,
  JSON_TYPE,
  json,
  type LumaAnswer,
  type LumaRequest,
  notFound,
} from "./routes.ts";
import { SANDBOX_CALENDAR, SANDBOX_CALENDAR_ID } from "./calendars.ts";

/**
 * Answers from saved files: `<slug>.html`, `<slug or calendar id>.ics` and `.json`. Where only a
 * feed or a listing was saved, the slug's page is a bare one that names its calendar, because that
 * is how a page leads to them. The official API has no slug: it gets `plaza.json`, or the only one.
 */
export async function fromDirectory(
  directory: string,
  request: LumaRequest,
  query: URLSearchParams,
): Promise<LumaAnswer> {
  switch (request.for) {
    case "redirect":
      return { status: 308, body: "", location: `https://luma.com/${request.slug}` };
    case "page":
      return await page(directory, request.slug);
    case "ics":
      return await saved(directory, await names(directory, request.calendarId), "ics", ICS, false);
    case "items":
    case "api":
    case "legacyApi":
      break;
  }
  // Of a saved listing there is one page, whatever its cursor promises.
  if (query.has("pagination_cursor")) {
    return json({ entries: [], has_more: false, next_cursor: null });
  }
  const wanted =
    "calendarId" in request ? await names(directory, request.calendarId) : [SANDBOX_CALENDAR];
  return await saved(directory, wanted, "json", JSON_TYPE, !("calendarId" in request));
}

async function page(directory: string, slug: string): Promise<LumaAnswer> {
  const files = await readdir(directory);
  const isBare = !files.includes(`${slug}.html`);
  const hasCalendar = files.includes(`${slug}.ics`) || files.includes(`${slug}.json`);
  if (!isBare || !hasCalendar) return await saved(directory, [slug], "html", HTML, false);
  const empty = JSON.stringify({ "@type": "ItemList", itemListElement: [] });
  const body = [
    `<meta name="apple-itunes-app" content="app-argument=luma://calendar/${idOf(slug)}">`,
    `<script type="application/ld+json">${empty}</script>`,
  ].join("");
  return { status: 200, type: HTML, body };
}

/** The id that a bare page gives its calendar. */
function idOf(slug: string): string {
  return `cal-${slug.replace(/[^A-Za-z0-9]/g, "")}`;
}

/** The names a calendar's files may have: its id, and the slug of the page that names this id. */
async function names(directory: string, calendarId: string): Promise<string[]> {
  if (calendarId === SANDBOX_CALENDAR_ID) return [calendarId, SANDBOX_CALENDAR];
  const pages = (await readdir(directory)).filter((file) => file.endsWith(".html"));
  const texts = await Promise.all(pages.map((file) => readFile(join(directory, file), "utf8")));
  const own = pages.filter((_, index) => texts[index]?.includes(`luma://calendar/${calendarId}"`));
  const slugs = (await readdir(directory)).map((file) => file.replace(/\.\w+$/, ""));
  const bare = slugs.filter((slug) => idOf(slug) === calendarId);
  return [calendarId, ...own.map((file) => file.slice(0, -".html".length)), ...bare];
}

async function saved(
  directory: string,
  wanted: string[],
  extension: string,
  type: string,
  orOnly: boolean,
): Promise<LumaAnswer> {
  const files = (await readdir(directory)).filter((file) => file.endsWith(`.${extension}`));
  // Only names that were listed are opened, so a request cannot leave the directory.
  const named = wanted.map((name) => `${name}.${extension}`).find((file) => files.includes(file));
  const file = named ?? (orOnly && files.length === 1 ? files[0] : undefined);
  if (file === undefined) return notFound();
  return { status: 200, type, body: await readFile(join(directory, file), "utf8") };
}
