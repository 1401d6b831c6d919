import type { Reading } from "./assemble.ts";
import { readJsonEvent } from "./jsonEvent.ts";
import { readJsonListing, type Listing } from "./listing.ts";

/**
 * One page of the official API: the older `/v1/calendar/list-events` wraps its events, the current
 * `/v1/calendars/events/list` (2026-06) lists them flat; `id` and `api_id` occur in both.
 * Source: Luma's OpenAPI.
 */
export function parseApi(document: unknown): Listing {
  return readJsonListing(document, parseApiEvent);
}

/** One event of the official API, also the `data` of its event webhooks. */
export function parseApiEvent(entry: unknown): Reading {
  return readJsonEvent(entry);
}
