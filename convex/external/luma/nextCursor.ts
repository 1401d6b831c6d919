import type { LumaCursor } from "./types.ts";

/** No calendar has this many pages of upcoming events; a listing that goes on is a loop. */
const MAX_PAGES = 60;

/** The cursor for the page after this one, or "loop" where Luma leads back to a page already read. */
export function nextCursor(at: LumaCursor, value: string): LumaCursor | "loop" {
  const pages = (at.pages ?? 0) + 1;
  if (value === at.value || value === at.previous || pages >= MAX_PAGES) return "loop";
  return {
    source: at.source,
    value,
    pages,
    ...(at.value === undefined ? {} : { previous: at.value }),
    ...(at.legacyApi === undefined ? {} : { legacyApi: at.legacyApi }),
  };
}
