import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { startLumaEmulator, type LumaEmulator } from "../../bots/sandbox/services/luma/index.ts";
import { fetchLumaPage } from "../../convex/external/luma/fetchLumaPage.ts";
import { readIcs } from "../../convex/external/luma/sources.ts";
import { API, ask, askAll, askPage, ITEMS, NOW, page, PAGE } from "../support/luma/lumaPages.ts";

let luma: LumaEmulator;
beforeEach(async () => {
  luma = await startLumaEmulator({ now: () => NOW });
});
afterEach(() => luma.close());

const paths = () => luma.requests().map(({ path }) => path);

/** A fetch for which the current path of the API does not exist. */
const olderLuma: typeof fetch = (input, init) => {
  const address = String(input instanceof Request ? input.url : input);
  const gone = address.includes("/v1/calendars/events/list");
  return gone ? Promise.resolve(new Response("", { status: 404 })) : fetch(input, init);
};

describe("the four sources", () => {
  beforeEach(() => {
    luma.put({
      slug: "seed-swap",
      title: "Seed swap, with café",
      start: "2026-11-07T10:00:00+01:00",
      end: "2026-11-07T12:00:00+01:00",
      timezone: "Europe/Amsterdam",
      description: "Bring seeds.",
      location: { name: "Greenhouse 3", address: "Canal Street 12, Utrecht", lat: 52.1, lng: 5.1 },
      hosts: ["Noor", "Bram"],
      capacity: 20,
      going: 14,
    });
    luma.put({ slug: "stream", title: "Stream", start: "2026-11-08T10:00:00Z", online: true });
    luma.put({ slug: "old", title: "Long ago", start: "2026-01-01T10:00:00Z" });
  });

  test.each([
    ["api", async () => ask(luma.url, API)],
    ["items", async () => ask(luma.url, ITEMS)],
    ["page", async () => askPage(luma.url)],
  ])("%s knows the id, the zone and the place of the same event", async (source, read) => {
    const answer = page(await read());
    expect(answer).toMatchObject({ source, complete: true, refused: [] });
    expect(answer.events.map((event) => event.title)).toEqual(["Seed swap, with café", "Stream"]);
    expect(answer.events[0]).toMatchObject({
      lumaEventId: luma.events()[1]?.id,
      lumaSlug: "seed-swap",
      startDate: Date.UTC(2026, 10, 7, 9),
      endDate: Date.UTC(2026, 10, 7, 11),
      timezone: "Europe/Amsterdam",
      eventType: "in-person",
      location: "Greenhouse 3",
      coordinates: { lat: 52.1, lng: 5.1 },
    });
    expect(answer.events[1]).toMatchObject({ eventType: "virtual" });
  });

  test("the feed has past events too, with the same ids", async () => {
    const calendarId = "cal-PlazaSandbox0001";
    const answer = page(
      await readIcs(calendarId, { source: "ics" }, { fetch, now: NOW, origin: luma.url }),
    );
    expect(answer.events.map((event) => event.title)).toEqual([
      "Long ago",
      "Seed swap, with café",
      "Stream",
    ]);
    expect(answer.events[1]).toMatchObject({
      lumaEventId: luma.events()[1]?.id,
      description: "Bring seeds.",
      location: "Canal Street 12, Utrecht",
    });
  });

  test("the older path of the API is used for all pages where the current one is missing", async () => {
    const many = Array.from({ length: 60 }, (_, i) => `extra-${i}`);
    for (const slug of many) luma.put({ slug, title: slug, start: "2026-11-09T10:00:00Z" });
    const origin = luma.url;
    const deps = { fetch: olderLuma, now: NOW, origin };
    const first = page(await fetchLumaPage(API, undefined, deps));
    expect(first.next).toMatchObject({ source: "api", legacyApi: true });
    const second = page(await fetchLumaPage(API, first.next, deps));
    expect([...first.events, ...second.events]).toHaveLength(62);
    expect(paths().every((path) => path.endsWith("/v1/calendar/list-events"))).toBe(true);
  });

  test("a listing of many pages is read to its end, each event once", async () => {
    for (let i = 0; i < 120; i++) {
      luma.put({ slug: `extra-${i}`, title: `Extra ${i}`, start: "2026-11-09T10:00:00Z" });
    }
    const pages = await askAll(luma.url, ITEMS);
    const slugs = pages.flatMap(({ events }) => events.map((event) => event.lumaSlug));
    expect(pages).toHaveLength(3);
    expect(new Set(slugs).size).toBe(122);
    expect(pages.every(({ complete }) => complete)).toBe(true);
  });

  test("a full page is complete only up to its last event", async () => {
    for (let i = 10; i < 40; i++) {
      luma.put({ slug: `x${i}`, title: `X${i}`, start: `2026-11-09T10:${i}:00Z` });
    }
    expect(await askPage(luma.url)).toMatchObject({
      complete: false,
      completeUntil: Date.UTC(2026, 10, 9, 10, 27),
    });
  });

  test("events in progress are still listed by the API", async () => {
    luma.put({
      slug: "now",
      title: "Now",
      start: "2026-10-31T22:00:00Z",
      end: "2026-11-01T02:00:00Z",
    });
    const { events } = page(await ask(luma.url, API));
    expect(events.map((event) => event.lumaSlug)).toContain("now");
  });

  test("a cancelled event is missing in the JSON and marked in the page", async () => {
    luma.put({ slug: "stream", cancelled: true });
    expect(page(await ask(luma.url, ITEMS)).events).toHaveLength(1);
    expect(page(await askPage(luma.url)).events[1]).toMatchObject({ cancelled: true });
  });

  test("an empty calendar is a valid empty listing in every source", async () => {
    for (const { slug } of luma.events()) luma.remove(slug);
    for (const config of [API, ITEMS, PAGE]) {
      expect(await ask(luma.url, config)).toMatchObject({
        kind: "page",
        events: [],
        complete: true,
      });
    }
  });
});
