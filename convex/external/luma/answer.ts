import type { Listing } from "./listing.ts";
import { nextCursor } from "./nextCursor.ts";
import type { LumaAnswer, LumaCursor } from "./types.ts";

/** Makes the answer of one document that was read at the place `at` of its listing. */
export function answerWith(listing: Listing, at: LumaCursor): LumaAnswer {
  if (!listing.ok) return { kind: "suspicious", reason: listing.reason };
  const { events, refused, complete, completeUntil, next, calendarId } = listing;
  const isFirst = at.value === undefined;
  if (isFirst && events.length === 0 && refused.length > 0) {
    // One bad entry is one bad entry; all of them bad means that Luma's format has changed, and
    // an empty listing would let every known event look vanished.
    const why = refused[0]?.reason ?? "";
    return { kind: "suspicious", reason: `none of ${refused.length} events could be read: ${why}` };
  }
  const cursor = next === undefined ? undefined : nextCursor(at, next);
  if (cursor === "loop") return { kind: "suspicious", reason: "the listing's pages repeat" };
  return {
    kind: "page",
    source: at.source,
    events,
    refused,
    complete,
    ...(completeUntil === undefined ? {} : { completeUntil }),
    ...(cursor === undefined ? {} : { next: cursor }),
    ...(calendarId === undefined ? {} : { calendarId }),
  };
}
