import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { HTML, ICS, JSON_TYPE, json, notFound, type StageAnswer } from "./answer.ts";
import type { Ask } from "./asks.ts";
import { STAGE_CALENDAR, STAGE_CALENDAR_ID } from "./calendars.ts";

/**
 * Answers from saved files: `<slug>.html`, `<slug or calendar id>.ics` and `.json`. A name that is
 * not there falls back to the only file of its kind; a kind without files is not found.
 */
export async function fromDirectory(
  directory: string,
  ask: Ask,
  query: URLSearchParams,
): Promise<StageAnswer> {
  switch (ask.for) {
    case "redirect":
      return { status: 308, body: "", location: `https://luma.com/${ask.slug}` };
    case "page":
      return await saved(directory, [ask.slug], "html", HTML, false);
    case "ics":
      return await saved(directory, await names(directory, ask.calendarId), "ics", ICS, true);
    case "items":
    case "api":
    case "legacyApi":
      break;
  }
  // Of a saved listing there is one page, whatever its cursor promises.
  if (query.has("pagination_cursor")) {
    return json({ entries: [], has_more: false, next_cursor: null });
  }
  const wanted = "calendarId" in ask ? await names(directory, ask.calendarId) : [STAGE_CALENDAR];
  return await saved(directory, wanted, "json", JSON_TYPE, true);
}

/** The names a calendar's files may have: its id, and the slug of the page that names this id. */
async function names(directory: string, calendarId: string): Promise<string[]> {
  if (calendarId === STAGE_CALENDAR_ID) return [calendarId, STAGE_CALENDAR];
  const pages = (await readdir(directory)).filter((file) => file.endsWith(".html"));
  const texts = await Promise.all(pages.map((file) => readFile(join(directory, file), "utf8")));
  const own = pages.filter((_, index) => texts[index]?.includes(`luma://calendar/${calendarId}"`));
  return [calendarId, ...own.map((file) => file.slice(0, -".html".length))];
}

async function saved(
  directory: string,
  wanted: string[],
  extension: string,
  type: string,
  orOnly: boolean,
): Promise<StageAnswer> {
  const files = (await readdir(directory)).filter((file) => file.endsWith(`.${extension}`));
  // Only names that were listed are opened, so a request cannot leave the directory.
  const named = wanted.map((name) => `${name}.${extension}`).find((file) => files.includes(file));
  const file = named ?? (orOnly && files.length === 1 ? files[0] : undefined);
  if (file === undefined) return notFound();
  return { status: 200, type, body: await readFile(join(directory, file), "utf8") };
}
