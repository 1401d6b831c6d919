import { describe, expect, test } from "vitest";

import { parseApi } from "../../convex/external/luma/json.ts";
import { fixtureJson } from "../support/luma/fixtures.ts";
import { flat, good, only, readFlat } from "../support/luma/listings.ts";

describe("the official API, current and flat", () => {
  const listing = good(parseApi(fixtureJson("garden-api-flat.json")));
  const [swap, members, fair] = listing.events;

  test("coordinates can be text, and the markdown replaces an empty description", () => {
    expect(swap).toMatchObject({
      coordinates: { lat: 52.0907, lng: 5.1214 },
      description: "Bring **seeds**.",
      location: "Greenhouse 3",
    });
  });

  test("a duration replaces a missing end", () => {
    expect(swap).toMatchObject({ endDate: Date.UTC(2026, 10, 7, 11, 30) });
  });

  test("an image that is not https is dropped", () => {
    expect(swap).not.toHaveProperty("coverImage");
  });

  test("visibility for members only makes an event private", () => {
    expect(members).toMatchObject({ isPrivate: true });
    expect(swap).not.toHaveProperty("isPrivate");
  });

  test("the guests' meeting link is dropped", () => {
    expect(members).toMatchObject({ eventType: "virtual" });
    expect(JSON.stringify(members)).not.toContain("video.example");
  });

  test("an unknown zone is dropped", () => {
    expect(members).not.toHaveProperty("timezone");
  });

  test("/event/evt-... is an id and not a slug", () => {
    expect(members).toMatchObject({ lumaUrl: "https://luma.com/event/evt-Members0000001" });
    expect(members).not.toHaveProperty("lumaSlug");
  });

  test("calev- is a calendar's entry and never an event's id", () => {
    expect(fair).toMatchObject({ external: true, hosts: [{ name: "Flower people" }] });
    expect(fair).not.toHaveProperty("lumaEventId");
  });
});

describe("the official API, older and wrapped", () => {
  test("gives the same event as the current one", () => {
    expect(only(parseApi(fixtureJson("garden-api-wrapped.json")))).toEqual({
      lumaEventId: "evt-SeedSwap000001",
      lumaSlug: "seed-swap",
      lumaUrl: "https://luma.com/seed-swap",
      title: "Seed swap",
      description: "Bring seeds.",
      startDate: Date.UTC(2026, 10, 7, 9),
      endDate: Date.UTC(2026, 10, 7, 11),
      timezone: "Europe/Amsterdam",
      eventType: "in-person",
      location: "Greenhouse 3",
      coordinates: { lat: 52.0907, lng: 5.1214 },
      ownerCalendarId: "cal-Garden00000001",
      isPrivate: true,
    });
  });

  test("id and api_id are equivalent, flat or wrapped", () => {
    const ids = [
      { id: "evt-A1" },
      { api_id: "evt-A1" },
      { event: { id: "evt-A1" } },
      { event: { api_id: "evt-A1" } },
      { api_id: "evt-A1", event: {} },
    ].map(({ event, ...around }) => {
      const { id: _, ...rest } = flat();
      const entry =
        event === undefined ? { ...rest, ...around } : { ...around, event: { ...rest, ...event } };
      return only(parseApi({ entries: [entry] })).lumaEventId;
    });
    expect(ids).toEqual(["evt-A1", "evt-A1", "evt-A1", "evt-A1", "evt-A1"]);
  });
});

describe("all notations of fields", () => {
  const address = { city: "Lima", address: "Casa Azul" };

  test.each([
    ["offline", null, "in-person"],
    ["zoom", null, "virtual"],
    ["meet", null, "virtual"],
    ["discord", null, "virtual"],
    ["twitch", null, "virtual"],
    ["twitter", null, "virtual"],
    ["youtube", null, "virtual"],
    ["missing", null, undefined],
    ["unknown", null, undefined],
    ["something-new", null, undefined],
    [null, null, undefined],
    ["missing", address, "in-person"],
    ["zoom", address, "hybrid"],
  ])("location type %s with address %j is %s", (location_type, geo_address_json, eventType) => {
    expect(readFlat({ location_type, geo_address_json }).eventType).toBe(eventType);
  });

  test.each(["guests-only", "members-only", "private", "a-new-word"])(
    "location visibility %s keeps the city only",
    (location_visibility) => {
      const coordinate = { latitude: -12, longitude: -77 };
      const event = readFlat({ location_visibility, geo_address_json: address, coordinate });
      expect(event).toMatchObject({ location: "Lima" });
      expect(JSON.stringify(event)).not.toMatch(/Casa|coordinates/);
    },
  );

  test.each(["private", "members-only", "a-new-word"])("visibility %s is private", (visibility) => {
    expect(readFlat({ visibility })).toMatchObject({ isPrivate: true });
  });

  test("null drops the field, not the event", () => {
    const keys =
      "description end_at timezone geo_address_json coordinate location_type cover_url visibility " +
      "calendar_id host meeting_url duration_interval geo_latitude";
    const event = readFlat(Object.fromEntries(keys.split(" ").map((key) => [key, null])));
    expect(Object.keys(event).toSorted()).toEqual([
      "lumaEventId",
      "lumaSlug",
      "lumaUrl",
      "startDate",
      "title",
    ]);
  });

  test("a field of the wrong type is dropped, not the event", () => {
    const event = readFlat({
      description: 5,
      geo_address_json: "x",
      coordinate: [],
      cover_url: {},
    });
    expect(event.title).toBe("Seed swap");
    expect(event).not.toHaveProperty("coordinates");
  });

  test("without an address the id is used; without both the event is refused", () => {
    expect(readFlat({ url: null }).lumaUrl).toBe("https://luma.com/event/evt-SeedSwap000001");
    expect(readFlat({ url: "javascript:alert(1)" }).lumaUrl).toMatch(/evt-SeedSwap000001$/);
    const entries = [flat({ id: null, url: "http://luma.com/seed-swap" })];
    expect(good(parseApi({ entries }))).toMatchObject({
      events: [],
      refused: [{ title: "Seed swap", reason: "it has no usable https address" }],
    });
  });

  test("a title of invisible characters only is missing", () => {
    const entries = [flat({ name: "\u202e\u200b \u0007" })];
    expect(good(parseApi({ entries })).refused).toEqual([
      { reason: "it has no title", identity: "evt-SeedSwap000001" },
    ]);
  });

  test("a local time without an offset is read in the event's zone", () => {
    const event = readFlat({ start_at: "2026-11-07T10:00:00", timezone: "Europe/Amsterdam" });
    expect(event.startDate).toBe(Date.UTC(2026, 10, 7, 9));
  });
});
