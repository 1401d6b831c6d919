import { expect } from "vitest";

import { parsePage } from "../../../convex/external/luma/page.ts";
import { parseApi } from "../../../convex/external/luma/json.ts";
import type { Listing } from "../../../convex/external/luma/listing.ts";
import type { LumaEvent } from "../../../convex/external/luma/types.ts";
import { ldEvent, pageWith } from "./fixtures.ts";

/** The listing, which must be one. */
export function good(listing: Listing): Extract<Listing, { ok: true }> {
  if (!listing.ok) throw new Error(`not a listing: ${listing.reason}`);
  return listing;
}

export function only(listing: Listing): LumaEvent {
  const { events, refused } = good(listing);
  expect(refused).toEqual([]);
  expect(events).toHaveLength(1);
  return events[0] ?? expect.fail("no event");
}

/** What the page parser makes of one ld+json event. */
export function readLd(changes: Record<string, unknown>): LumaEvent {
  return only(parsePage(pageWith(ldEvent(changes))));
}

/** What the official API's parser makes of one flat event. */
export function readFlat(changes: Record<string, unknown>): LumaEvent {
  return only(parseApi({ entries: [flat(changes)], has_more: false }));
}

export function flat(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: "evt-SeedSwap000001",
    name: "Seed swap",
    start_at: "2026-11-07T09:00:00.000Z",
    url: "https://luma.com/seed-swap",
    ...changes,
  };
}
