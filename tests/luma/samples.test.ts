// Captured answers of the real Luma are not part of this repository. Where they exist beside it,
// they are parsed too; the other files test the rules with invented answers.

import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

import { parseApi, parseItems } from "../../convex/external/luma/json.ts";
import { parseIcs } from "../../convex/external/luma/ics.ts";
import { parsePage } from "../../convex/external/luma/page.ts";
import { verifyLumaWebhook } from "../../convex/external/luma/webhook.ts";
import { good } from "../support/luma/listings.ts";

const folder = new URL("../../../shared/fixtures/luma/", import.meta.url);
const sample = (name: string) => readFileSync(new URL(name, folder), "utf8");
const json = (name: string) => JSON.parse(sample(name)) as unknown;

const hasSamples = existsSync(folder);
describe.skipIf(!hasSamples)("captured samples (skipped where they are not beside this)", () => {
  test("a calendar page of 2026", () => {
    const listing = good(parsePage(sample("calendar_itemlist_bond-ai-sf.trimmed.html")));
    expect(listing.events.map(({ lumaSlug }) => lumaSlug)).toEqual([
      "pw54q8np",
      "7a4iutvp",
      "ucan-2026",
      "global-8rdk",
      "platform-4802",
    ]);
    expect(listing).toMatchObject({
      calendarId: "cal-JTdFQadEz0AOxyV",
      complete: false,
      completeUntil: Date.UTC(2026, 8, 14, 22),
    });
    expect(listing.events[0]).toMatchObject({
      registrationType: "paid",
      location: "San Francisco, CA",
    });
    expect(listing.events[0]?.hosts).toHaveLength(4);
  });

  test("the same calendar's keyless JSON agrees with its page", () => {
    const items = good(parseItems(json("next_data_get-items_entries_bond-ai-sf.real.json")));
    const html = good(parsePage(sample("calendar_itemlist_bond-ai-sf.trimmed.html")));
    expect(items.events).toHaveLength(2);
    for (const event of items.events) {
      const same = html.events.find(({ lumaSlug }) => lumaSlug === event.lumaSlug);
      const { title, startDate, endDate, eventType, location, coordinates } = event;
      expect(same).toMatchObject({ title, startDate, endDate, eventType, location, coordinates });
    }
    expect(items.events[0]).toMatchObject({
      lumaEventId: "evt-rUFm3lnxhAMMLTq",
      ownerCalendarId: "cal-BZcj7LqI9zC3JyN",
      timezone: "America/Los_Angeles",
      registrationCount: 238,
      maxCapacity: 300,
      registrationType: "approval",
    });
    expect(items.calendarId).toBe("cal-JTdFQadEz0AOxyV");
  });

  test("a page from before 2026", () => {
    const { events, complete } = good(
      parsePage(sample("calendar_organization_events_LEGACY.constructed.html")),
    );
    expect(complete).toBe(true);
    expect(events.map(({ lumaUrl }) => lumaUrl)).toEqual([
      "https://luma.com/qq2u3tf6",
      "https://luma.com/event/evt-JkQd9kh99THTWSF",
      "https://luma.com/abc",
    ]);
    expect(events[0]?.coordinates).toEqual({ lat: 19.4194, lng: -99.1703 });
    expect(events[1]).toMatchObject({ lumaEventId: "evt-JkQd9kh99THTWSF" });
    expect(events[2]).toMatchObject({ eventType: "virtual" });
  });

  test("an event's own page", () => {
    const { events } = good(parsePage(sample("event_startup-community-hike.real-jsonld.html")));
    expect(events).toMatchObject([
      {
        lumaSlug: "zrh5595h",
        startDate: Date.UTC(2024, 4, 17, 15),
        locationDetails: "Galvanize Boulder, Boulder, Colorado, United States",
        hosts: [{ name: "Lindsey Rohde" }],
      },
    ]);
  });

  test("an empty calendar is empty, a throttled page suspicious", () => {
    expect(parsePage(sample("akurilin_luma_calendar_empty.html"))).toMatchObject({
      ok: true,
      events: [],
      complete: true,
    });
    expect(parsePage(sample("rate_limit_200.constructed.html"))).toMatchObject({ ok: false });
  });

  test("the official API, older", () => {
    const listing = good(parseApi(json("api_v1_calendar_list-events_LEGACY.constructed.json")));
    expect(listing).toMatchObject({ next: "eyJzdiI6IjIwMjUtMDctMTYifQ", refused: [] });
    expect(listing.events).toMatchObject([
      { lumaEventId: "evt-LegacyOne111111", lumaSlug: "launchweek1", eventType: "in-person" },
      { lumaEventId: "evt-LegacyTwo222222", isPrivate: true, eventType: "virtual" },
    ]);
  });

  test("the official API, current", () => {
    const { events } = good(
      parseApi(json("api_v1_calendars_events_list_CURRENT.constructed.json")),
    );
    expect(events).toMatchObject([
      { lumaSlug: "demo-night", location: "GitHub" },
      { lumaSlug: "elsewhere", location: "Berlin", ownerCalendarId: "cal-Elsewhere00001" },
      { lumaSlug: "office-hours", eventType: "virtual", isPrivate: true },
      { external: true, lumaUrl: "https://www.eventbrite.com/e/1" },
    ]);
    expect(events[1]).not.toHaveProperty("coordinates");
    expect(events[3]).not.toHaveProperty("lumaEventId");
    expect(JSON.stringify(events)).not.toContain("zoom.us");
  });

  test("a feed", () => {
    const { events } = good(parseIcs(sample("calendar_rust-girona.fixture.ics")));
    expect(events.map(({ lumaUrl, cancelled }) => [lumaUrl, cancelled === true])).toEqual([
      ["https://luma.com/physical", false],
      ["https://luma.com/cancelled", true],
      ["https://luma.com/virtual", false],
      ["https://luma.com/outside", false],
    ]);
    expect(events[0]).toMatchObject({ location: "Carrer dels Mercaders, 5, 17004 Girona, Spain" });
    expect(events[2]).not.toHaveProperty("location");
  });

  test("a signed webhook, and one that is only placeholders", async () => {
    const vector = json("signature_vector.constructed.json") as {
      secret: string;
      headers: Record<string, string>;
      rawBody: string;
      now: number;
    };
    const { rawBody, headers, secret, now } = vector;
    const answer = await verifyLumaWebhook(rawBody, new Headers(headers), secret, now * 1000);
    expect(answer).toMatchObject({ ok: true, id: "wh-1", type: "event.updated" });

    const { data } = json("placeholder_webhook_event_updated_post_request.json") as {
      data: object;
    };
    const [placeholder] = good(parseApi({ entries: [data] })).events;
    for (const key of ["lumaEventId", "timezone", "coverImage", "coordinates"]) {
      expect(placeholder).not.toHaveProperty(key);
    }
  });
});
