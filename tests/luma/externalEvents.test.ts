import { describe, expect, test } from "vitest";
import { identity } from "../../convex/external/luma/assemble.ts";
import { parseIcs } from "../../convex/external/luma/ics.ts";
import { parseApi, parseItems } from "../../convex/external/luma/json.ts";
import { parsePage } from "../../convex/external/luma/page.ts";
import {
  feedOf,
  icsEvent,
  icsExternal,
  jsonEvent,
  jsonExternal,
} from "../support/convex/lumaSources.ts";
import { ldEvent, pageWith } from "../support/luma/fixtures.ts";
import { good, only } from "../support/luma/listings.ts";

// Events off Luma have no "evt-" id and can share an address: they are told apart by their calendar's
// entry, whichever source lists them.

const at = Date.UTC(2026, 11, 7, 17);
const shop = "https://tickets.example/e/walk-1?aff=luma";
const items = (...entries: unknown[]) => good(parseItems({ entries, has_more: false }));

describe("the feed", () => {
  test.each([shop, "https://party.example/e/AbC"])("LOCATION %s is the event's page", (url) => {
    const event = only(parseIcs(feedOf(icsExternal("Walk1", at, url))));
    expect(event).toMatchObject({ entryId: "calev-Walk1", lumaUrl: url, external: true });
    for (const field of ["eventType", "locationUrl", "lumaSlug", "location"])
      expect(event).not.toHaveProperty(field);
    expect(event.description).toBeUndefined();
  });

  test("the calendar's own page, to which Luma points, is no event's address", () => {
    const lines = icsExternal("Walk1", at, shop).filter((line) => !line.startsWith("LOCATION"));
    expect(good(parseIcs(feedOf(lines)))).toMatchObject({
      events: [],
      refused: [{ identity: "calev-Walk1" }],
      complete: false,
    });
  });

  test("an event on Luma that another calendar owns keeps its address and its place", () => {
    const lines = icsEvent("jam", at, ["LOCATION:Hall 2"]).with(0, "UID:calev-Jam1@events.lu.ma");
    expect(only(parseIcs(feedOf(lines)))).toMatchObject({
      lumaSlug: "jam",
      location: "Hall 2",
      eventType: "in-person",
    });
  });
});

test("all sources give an external event the same identity", () => {
  const entry = jsonExternal("Walk1", at, shop);
  const next = { props: { pageProps: { initialData: { data: { featured_items: [entry] } } } } };
  const list = {
    "@type": "ItemList",
    itemListElement: [{ item: ldEvent({ url: shop, startDate: new Date(at).toISOString() }) }],
  };
  const page = `${pageWith(list)}<script id="__NEXT_DATA__">${JSON.stringify(next)}</script>`;
  const flat = { id: "calev-Walk1", ...entry.event };
  const found = [
    only(items(entry)),
    only(parseIcs(feedOf(icsExternal("Walk1", at, shop)))),
    only(parseApi({ entries: [flat], has_more: false })),
    only(parsePage(page)),
  ];
  expect(found.map(identity)).toEqual(found.map(() => "calev-Walk1"));
});

describe("one address for several dates", () => {
  const week = 7 * 86_400_000;
  const starts = [0, 1, 2].map((n) => at + n * week);
  const club = "https://meet.example/run-club/";

  test("of entries with ids each is an event", () => {
    const { events } = items(...starts.map((start, n) => jsonExternal(`Run${n}`, start, club)));
    expect(events.map(identity)).toEqual(["calev-Run0", "calev-Run1", "calev-Run2"]);
  });

  test("without ids they are told apart by their start", () => {
    const listed = starts.map((start) => ({
      item: ldEvent({ url: club, startDate: new Date(start).toISOString() }),
    }));
    const { events } = good(parsePage(pageWith({ "@type": "ItemList", itemListElement: listed })));
    expect(events.map(({ startDate }) => startDate)).toEqual(starts);
  });

  test("the same date listed twice is one event", () => {
    const item = ldEvent({ url: club, startDate: new Date(at).toISOString() });
    const list = { "@type": "ItemList", itemListElement: [{ item }, { item }] };
    expect(good(parsePage(pageWith(list))).events).toHaveLength(1);
  });

  test("page data joins the right ones", () => {
    const listed = starts.map((start) => ({
      item: ldEvent({ url: club, startDate: new Date(start).toISOString() }),
    }));
    const featured = starts.map((start, n) => jsonExternal(`Run${n}`, start, club));
    const next = { props: { pageProps: { initialData: { data: { featured_items: featured } } } } };
    const html =
      pageWith({ "@type": "ItemList", itemListElement: listed }) +
      `<script id="__NEXT_DATA__">${JSON.stringify(next)}</script>`;
    const { events } = good(parsePage(html));
    expect(events.map((event) => [identity(event), event.startDate])).toEqual(
      starts.map((start, n) => [`calev-Run${n}`, start]),
    );
  });
});

describe("a link in place of an address", () => {
  const withAddress = (address: string, more = {}) =>
    only(
      items(
        jsonEvent("jam", at, {
          location_type: "offline",
          geo_address_info: { mode: "shown", address, ...more },
        }),
      ),
    );

  test.each([
    ["https://chat.example/invite/abc", "https://chat.example/invite/abc"],
    ["http://chat.example/invite", undefined],
    ["chat.example/invite/abc", "https://chat.example/invite/abc"],
    ["www.stream.example", "https://www.stream.example/"],
  ])("%s makes an event online and is no place", (address, link) => {
    const event = withAddress(address);
    expect(event.eventType).toBe("virtual");
    expect(event.locationUrl).toBe(link);
    expect(event).not.toHaveProperty("location");
  });

  test("beside a street it is both", () => {
    expect(
      withAddress("https://stream.example/a", { full_address: "Lane 4, Utrecht" }),
    ).toMatchObject({
      eventType: "hybrid",
      location: "Lane 4, Utrecht",
      locationUrl: "https://stream.example/a",
    });
  });

  test("it has no coordinates", () => {
    const entry = jsonEvent("jam", at, {
      geo_address_info: { mode: "shown", address: "https://chat.example/i" },
      coordinate: { latitude: 4, longitude: 5 },
    });
    expect(only(items(entry))).not.toHaveProperty("coordinates");
  });

  test.each(["St. Mary/2nd floor", "No. 5/6", "A.B", "Café 24/7", "Hall 2"])(
    "%s is a place",
    (address) => {
      expect(withAddress(address)).toMatchObject({ eventType: "in-person", location: address });
    },
  );

  test.each([
    [
      "the ld+json",
      () =>
        only(
          parsePage(
            pageWith(ldEvent({ location: { "@type": "Place", name: "https://chat.example/i" } })),
          ),
        ),
    ],
    [
      "the feed",
      () => only(parseIcs(feedOf(icsEvent("jam", at, ["LOCATION:https://chat.example/i"])))),
    ],
  ])("in %s as well", (_, read) => {
    expect(read()).toMatchObject({ eventType: "virtual", locationUrl: "https://chat.example/i" });
    expect(read()).not.toHaveProperty("location");
  });
});

describe("an event that is not said to be anywhere", () => {
  test("is online in the feed where Luma links to the event itself", () => {
    const online = icsEvent("jam", at, ["LOCATION:https://luma.com/event/evt-jam"]);
    expect(only(parseIcs(feedOf(online)))).toMatchObject({ eventType: "virtual" });
  });

  test.each([
    ["GEO:52.1;5.2"],
    [
      "DESCRIPTION:Get up-to-date information at: https://luma.com/jam\\n\\nAddress:\\nAsk the hosts",
    ],
  ])("has a hidden venue where there is %s", (line) => {
    const hidden = [
      ...icsEvent("jam", at).slice(0, 3),
      line,
      "LOCATION:https://luma.com/event/evt-jam",
    ];
    const event = only(parseIcs(feedOf(hidden)));
    expect(event).not.toHaveProperty("eventType");
    expect(event).not.toHaveProperty("coordinates");
  });

  test.each([
    ["the keyless JSON", () => only(items(jsonEvent("jam", at)))],
    ["the feed", () => only(parseIcs(feedOf(icsEvent("jam", at))))],
    ["the page", () => only(parsePage(pageWith(ldEvent())))],
  ])("has no type in %s", (_, read) => {
    expect(read()).not.toHaveProperty("eventType");
  });
});

test("name and times that stand on the entry are read", () => {
  const entry = {
    api_id: "calev-1",
    name: "Game night",
    start_at: new Date(at).toISOString(),
    end_at: new Date(at + 3_600_000).toISOString(),
    event: { api_id: "evt-Game1", url: "game", name: null, start_at: "" },
  };
  expect(only(items(entry))).toMatchObject({
    lumaEventId: "evt-Game1",
    title: "Game night",
    startDate: at,
    endDate: at + 3_600_000,
  });
});
