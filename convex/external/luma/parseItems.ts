import { readJsonEvent } from "./jsonEvent.ts";
import { asFields } from "./lenient.ts";
import { readJsonListing, type Listing } from "./listing.ts";
import { calendarId } from "./slug.ts";

/**
 * One page of the keyless JSON that Luma's own pages use (`/calendar/get-items`). An entry's
 * `api_id` is "calev-..." and its `calendar_api_id` the calendar that lists the event; the event's
 * own `calendar_api_id` is the one that owns it. Source: captures of September 2026.
 */
export function parseItems(document: unknown): Listing {
  const listing = readJsonListing(document, readJsonEvent);
  const entries = asFields(document)?.["entries"];
  const first = asFields(Array.isArray(entries) ? entries[0] : undefined);
  const lister = first?.["calendar_api_id"];
  const id = calendarId(typeof lister === "string" ? lister : undefined);
  return listing.ok && id !== undefined ? { ...listing, calendarId: id } : listing;
}
