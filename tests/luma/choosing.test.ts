import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { startLumaEmulator, type LumaEmulator } from "../../bots/sandbox/services/luma/index.ts";
import { fetchLumaPage } from "../../convex/external/luma/fetchLumaPage.ts";
import { ALL, ask, ITEMS, NOW, page, PAGE } from "../support/luma/lumaPages.ts";

let luma: LumaEmulator;
beforeEach(async () => {
  luma = await startLumaEmulator({ now: () => NOW });
});
afterEach(() => luma.close());

const paths = () => luma.requests().map(({ path }) => path);

describe("the choice of the source", () => {
  test("with a key only the official API is requested", async () => {
    expect(page(await ask(luma.url, ALL)).source).toBe("api");
    expect(paths()).toEqual(["/public-api.luma.com/v1/calendars/events/list"]);
  });

  test("with a calendar's id the keyless JSON is requested", async () => {
    expect(page(await ask(luma.url, { ...ITEMS, ...PAGE })).source).toBe("items");
    expect(paths()).toEqual(["/api2.luma.com/calendar/get-items"]);
  });

  test("with an address alone the page is requested, and then the better source that it names", async () => {
    expect(await ask(luma.url, PAGE)).toMatchObject({
      kind: "page",
      source: "items",
      calendarId: "cal-PlazaSandbox0001",
    });
    expect(paths()).toEqual(["/luma.com/plaza", "/api2.luma.com/calendar/get-items"]);
  });

  test("where the source that a page names fails, the page's answer is used", async () => {
    luma.put({ slug: "seed-swap", title: "Seed swap", start: "2026-11-07T10:00:00Z" });
    const onlyPages: typeof fetch = (input, init) => {
      const address = String(input instanceof Request ? input.url : input);
      if (address.includes("/luma.com/")) return fetch(input, init);
      return Promise.resolve(new Response("", { status: 503 }));
    };
    const deps = { fetch: onlyPages, now: NOW, origin: luma.url };
    expect(await fetchLumaPage(PAGE, undefined, deps)).toMatchObject({
      source: "page",
      calendarId: "cal-PlazaSandbox0001",
      events: [{ title: "Seed swap" }],
    });
  });

  test("a calendar's address that contains its id is used like the id", async () => {
    const calendarUrl = "https://luma.com/calendar/cal-PlazaSandbox0001";
    expect(page(await ask(luma.url, { calendarUrl })).source).toBe("items");
  });

  test("a lu.ma address leads to the same calendar", async () => {
    const { origin } = { origin: luma.url };
    expect((await fetch(`${origin}/lu.ma/plaza`, { redirect: "manual" })).status).toBe(308);
    expect(page(await ask(origin, { calendarUrl: "https://lu.ma/plaza" })).source).toBe("items");
    expect(paths()).toContain("/luma.com/plaza");
  });

  test("without a usable configuration nothing is requested", async () => {
    const configs = [{}, { apiKey: " " }, { calendarUrl: "https://evil.example/plaza" }];
    for (const config of configs) {
      expect(await ask(luma.url, config)).toMatchObject({ kind: "failed", permanent: true });
    }
    expect(paths()).toEqual([]);
  });
});

describe("where a better source fails permanently", () => {
  test("the next one is requested in the same call, and the answer has the reason", async () => {
    const answer = page(await ask(luma.url, { ...ALL, apiKey: "wrong-key" }));
    expect(answer.source).toBe("items");
    expect(answer.fellBack).toEqual([
      { source: "api", reason: "Luma's official API does not accept the API key (401)" },
    ]);
    expect(JSON.stringify(answer)).not.toContain("wrong-key");
  });

  test("an unknown id is requested as a feed too, then the page", async () => {
    const answer = page(await ask(luma.url, { ...PAGE, calendarId: "cal-Unknown" }));
    expect(answer.source).toBe("page");
    expect(paths()).toEqual([
      "/api2.luma.com/calendar/get-items",
      "/api.lu.ma/ics/get",
      "/luma.com/plaza",
    ]);
  });

  test("where all fail, the reasons are joined and the failure is permanent", async () => {
    const answer = await ask(luma.url, { apiKey: "wrong-key", calendarUrl: "luma.com/nowhere" });
    expect(answer).toEqual({
      kind: "failed",
      permanent: true,
      reason:
        "Luma's official API does not accept the API key (401); Luma's calendar page answered 404",
    });
  });

  test.each(["429", "500", "rate-limit-page", "broken", "drop"] as const)(
    "being busy or odd (%s) is not saying no: no other source is asked",
    async (kind) => {
      luma.fault({ kind, count: 1 });
      expect((await ask(luma.url, ALL)).kind).not.toBe("page");
      expect(paths()).toHaveLength(1);
    },
  );
});
