import { describe, expect, test } from "vitest";

import { parsePage } from "../../convex/external/luma/page.ts";
import { fixtureJson, ldEvent, pageWith } from "../support/luma/fixtures.ts";
import { good } from "../support/luma/listings.ts";

type Entries = { entries: Record<string, unknown>[] };

/** The page's own data beside its ld+json. */
function withNextData(html: string, data: object): string {
  const next = { props: { pageProps: { initialData: { data } } } };
  const script = `<script id="__NEXT_DATA__" type="application/json">${JSON.stringify(next)}</script>`;
  return html.replace("</body>", `${script}</body>`);
}

const { entries } = fixtureJson("garden-items.json") as Entries;

describe("__NEXT_DATA__ beside the ld+json", () => {
  const list = pageWith({
    "@type": "ItemList",
    itemListElement: [
      { item: ldEvent({ description: "Only the ld+json says this." }) },
      {
        item: ldEvent({
          url: "https://luma.com/night-walk",
          name: "Night walk",
          location: {
            "@type": "Place",
            name: "Secret barn",
            address: "4 Forest Lane",
            geo: { latitude: 52.09, longitude: 5.23 },
          },
        }),
      },
    ],
  });
  const listing = good(parsePage(withNextData(list, { featured_items: entries.slice(0, 3) })));

  test("descriptions of the same event are merged, with the fields of both", () => {
    expect(listing.events[0]).toMatchObject({
      lumaEventId: "evt-SeedSwap000001",
      lumaSlug: "seed-swap",
      timezone: "Europe/Amsterdam",
      registrationCount: 14,
      description: "Only the ld+json says this.",
    });
  });

  test("an address hidden in one description is not taken from the other", () => {
    expect(listing.events[1]).toMatchObject({ title: "Night walk", location: "Zeist" });
    expect(JSON.stringify(listing.events[1])).not.toMatch(/barn|Lane|52\.09/);
  });

  test("an event that is only in the page's data is added", () => {
    expect(listing.events.map((event) => event.title)).toEqual(
      ["Seed swap", "Night walk", "Flower fair"].map((title) =>
        title === "Seed swap" ? "Seed swap & tea" : title,
      ),
    );
  });

  test("it is sufficient without ld+json, and has the calendar's id", () => {
    const page = withNextData("<body></body>", {
      calendar: { api_id: "cal-Garden00000001" },
      featured_items: entries.slice(0, 1),
    });
    expect(parsePage(page)).toMatchObject({ complete: true, calendarId: "cal-Garden00000001" });
  });

  test("an explicitly empty list is a valid empty page", () => {
    const page = withNextData("<body></body>", { featured_items: [] });
    expect(parsePage(page)).toMatchObject({ ok: true, events: [], complete: true });
  });

  test("a refused entry whose event is in the ld+json is not reported", () => {
    const bad = { event: { url: "seed-swap", name: "Seed swap", start_at: "?" } };
    const page = withNextData(pageWith(ldEvent()), { featured_items: [bad] });
    expect(good(parsePage(page))).toMatchObject({
      refused: [],
      events: [{ lumaSlug: "seed-swap" }],
    });
  });

  test("an event's own page gives its event, but no calendar id", () => {
    const page = withNextData("<body></body>", entries[0] ?? {});
    const one = good(parsePage(page));
    expect(one.events[0]).toMatchObject({
      lumaEventId: "evt-SeedSwap000001",
      hosts: [{ handle: "noorj" }],
    });
    expect(one.complete).toBe(false);
    expect(one).not.toHaveProperty("calendarId");
  });
});
