import { describe, expect, test } from "vitest";

import { parseItems } from "../../convex/external/luma/json.ts";
import { fixtureJson } from "../support/luma/fixtures.ts";
import { good } from "../support/luma/listings.ts";

describe("the keyless JSON", () => {
  const listing = good(parseItems(fixtureJson("garden-items.json")));
  const [swap, walk, fair] = listing.events;

  test("an event has all fields of its entry", () => {
    expect(swap).toEqual({
      lumaEventId: "evt-SeedSwap000001",
      lumaSlug: "seed-swap",
      lumaUrl: "https://luma.com/seed-swap",
      title: "Seed swap & tea",
      startDate: Date.UTC(2026, 10, 7, 9),
      endDate: Date.UTC(2026, 10, 7, 11),
      timezone: "Europe/Amsterdam",
      eventType: "in-person",
      location: "Greenhouse 3",
      locationDetails: "Greenhouse 3, 12 Canal Street, Utrecht, Netherlands",
      coordinates: { lat: 52.0907, lng: 5.1214 },
      coverImage: "https://images.example/seed.png",
      hosts: [{ name: "Noor Jansen", handle: "noorj", avatarUrl: "https://images.example/n.png" }],
      calendarName: "Garden Club",
      ownerCalendarId: "cal-Garden00000001",
      registrationCount: 14,
      maxCapacity: 20,
      registrationType: "free",
    });
  });

  test("the owner is the event's calendar, and the listing calendar is the entry's", () => {
    expect(walk).toMatchObject({
      ownerCalendarId: "cal-Forest00000002",
      calendarName: "Forest Friends",
    });
    expect(listing.calendarId).toBe("cal-Garden00000001");
  });

  test("where the address is for guests only, just the city is kept", () => {
    expect(walk).toMatchObject({ location: "Zeist" });
    expect(JSON.stringify(walk)).not.toMatch(/barn|Lane|coordinates|locationDetails/);
  });

  test("an end before the start is dropped, the event is not", () => {
    expect(walk).not.toHaveProperty("endDate");
  });

  test("with a hidden guest list there is no count and no capacity", () => {
    expect(walk).not.toHaveProperty("registrationCount");
    expect(walk).not.toHaveProperty("maxCapacity");
  });

  test("an event that needs approval says so", () => {
    expect(walk).toMatchObject({ registrationType: "approval" });
  });

  test("a query string is not part of the slug", () => {
    expect(walk).toMatchObject({ lumaSlug: "night-walk", lumaUrl: "https://luma.com/night-walk" });
  });

  test("a full address off Luma is an external event, without a slug", () => {
    expect(fair).toMatchObject({
      external: true,
      lumaUrl: "https://tickets.example/e/77?ref=luma",
      lumaEventId: "evt-FlowerFair0001",
    });
    expect(fair).not.toHaveProperty("lumaSlug");
  });

  test("a bad entry is refused with its title and identity, and the rest is kept", () => {
    expect(listing.events).toHaveLength(3);
    expect(listing.refused).toEqual([
      { title: "No date", identity: "no-date", reason: "its start is missing or not a time" },
      { reason: "it is not an object" },
    ]);
  });

  test("the cursor is returned", () => {
    expect(listing).toMatchObject({ next: "page-2" });
  });

  test("a listing with a refused entry is not complete", () => {
    expect(listing).toMatchObject({ complete: false });
    const { entries } = fixtureJson("garden-items.json") as { entries: unknown[] };
    expect(parseItems({ entries: entries.slice(0, 3), has_more: false })).toMatchObject({
      complete: true,
    });
  });

  test("has_more without a cursor is not a complete listing", () => {
    const listing = good(parseItems({ entries: [], has_more: true, next_cursor: null }));
    expect(listing).toMatchObject({ complete: false });
    expect(listing).not.toHaveProperty("next");
  });

  test("a well-formed empty answer is an empty listing", () => {
    expect(parseItems({ entries: [], has_more: false })).toMatchObject({
      ok: true,
      complete: true,
    });
  });

  test.each([[null], [[]], [{}], [{ message: "Too many requests" }], [{ entries: {} }], ["x"]])(
    "%j is not a listing",
    (document) => {
      expect(parseItems(document)).toMatchObject({ ok: false });
    },
  );
});
