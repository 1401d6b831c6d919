import { describe, expect, test } from "vitest";

import { parsePage } from "../../convex/external/luma/page.ts";
import { fixture, ldEvent, pageWith } from "../support/luma/fixtures.ts";
import { good } from "../support/luma/listings.ts";

const events = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    ldEvent({
      url: `https://luma.com/e${i}x`,
      startDate: `2026-11-${String(i + 1).padStart(2, "0")}T10:00:00Z`,
    }),
  );
const list = (count: number, more = {}) =>
  pageWith({
    "@type": "ItemList",
    itemListElement: events(count).map((item) => ({ "@type": "ListItem", item })),
    ...more,
  });

describe("a calendar page of 2026", () => {
  const listing = good(parsePage(fixture("garden-club.html")));
  const [swap, compost, fair, pruning] = listing.events;

  test("its ItemList gives the events, its Organization none", () => {
    expect(listing.events.map((event) => event.title)).toEqual([
      "Seed swap & tea",
      "Compost basics",
      "Flower fair",
      "Pruning, online",
    ]);
    expect(listing.refused).toEqual([]);
  });

  test("an event has all fields of the page", () => {
    expect(swap).toEqual({
      lumaSlug: "seed-swap",
      lumaUrl: "https://luma.com/seed-swap",
      title: "Seed swap & tea",
      startDate: Date.UTC(2026, 10, 7, 9),
      endDate: Date.UTC(2026, 10, 7, 11),
      eventType: "in-person",
      location: "Greenhouse 3",
      locationDetails: "12 Canal Street, Utrecht, Netherlands",
      coordinates: { lat: 52.0907, lng: 5.1214 },
      coverImage: "https://images.example/seed.png",
      calendarName: "Garden Club",
      hosts: [
        { name: "Garden Club" },
        { name: "Noor Jansen", handle: "noorj", avatarUrl: "https://images.example/noor.png" },
      ],
      registrationType: "free",
    });
  });

  test("address, image, organizer and offer can each be a single value instead of a list", () => {
    expect(compost).toMatchObject({
      location: "Library",
      locationDetails: "Library, 1 Square, Utrecht",
      coverImage: "https://images.example/compost.png",
      hosts: [{ name: "Bram" }],
      registrationType: "paid",
    });
  });

  test("an event off Luma is external and has no slug", () => {
    expect(fair).toMatchObject({
      external: true,
      lumaUrl: "https://tickets.example/e/77?ref=luma",
    });
    expect(fair).not.toHaveProperty("lumaSlug");
  });

  test("EventCancelled is a cancellation, and a link to Luma is not a place", () => {
    expect(pruning).toMatchObject({ cancelled: true, eventType: "virtual" });
    expect(pruning).not.toHaveProperty("location");
    expect(pruning).not.toHaveProperty("locationUrl");
    expect(swap).not.toHaveProperty("cancelled");
  });

  test("the meta tag reveals the calendar's id", () => {
    expect(listing.calendarId).toBe("cal-Garden00000001");
  });

  test("with an offset only, there is no time zone", () => {
    for (const event of listing.events) expect(event).not.toHaveProperty("timezone");
  });
});

describe("the completeness of a page", () => {
  test("fewer than twenty events are complete", () => {
    expect(parsePage(list(19))).toMatchObject({ complete: true });
    expect(parsePage(list(19))).not.toHaveProperty("completeUntil");
  });

  test("twenty are complete only up to the last one's start", () => {
    expect(parsePage(list(20))).toMatchObject({
      complete: false,
      completeUntil: Date.UTC(2026, 10, 20, 10),
    });
  });

  test("a list that declares more items than it has is not complete", () => {
    expect(parsePage(list(3, { numberOfItems: 20 }))).toMatchObject({ complete: false });
  });

  test("a truncated page is not complete", () => {
    expect(parsePage(list(3), true)).toMatchObject({ complete: false });
  });

  test("an event's own page is not complete", () => {
    const listing = parsePage(pageWith(ldEvent()));
    expect(listing).toMatchObject({ ok: true, complete: false });
    expect(listing).not.toHaveProperty("completeUntil");
  });
});

describe("no events", () => {
  test("an explicitly empty list is a valid empty page", () => {
    const empty = { ok: true, events: [], refused: [], complete: true };
    expect(parsePage(pageWith({ "@type": "ItemList", itemListElement: [] }))).toEqual(empty);
    expect(parsePage(pageWith({ "@type": "Organization", events: [] }))).toEqual(empty);
  });

  test.each([
    ["throttling, which comes as HTTP 200", "<title>Rate Limit Hit · Luma</title>"],
    ["a page without data", "<html><body>Hello</body></html>"],
    ["nothing at all", ""],
    ["an organization alone", pageWith({ "@type": "Organization", name: "Garden Club" })],
    ["a list without its items", pageWith({ "@type": "ItemList", numberOfItems: 4 })],
    [
      "a list that promises events and is empty",
      pageWith({ "@type": "ItemList", numberOfItems: 4, itemListElement: [] }),
    ],
    ["data that is not JSON", '<script type="application/ld+json">{"@type":"Event",</script>'],
    ["an empty plain list", pageWith([])],
  ])("%s is suspicious, never an empty calendar", (_, html) => {
    expect(parsePage(html)).toMatchObject({ ok: false });
  });
});
