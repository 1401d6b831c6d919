import { request } from "node:http";
import { fileURLToPath } from "node:url";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { startLumaEmulator, type LumaEmulator } from "../../bots/sandbox/services/luma/index.ts";
import { isoInZone } from "../../bots/sandbox/services/luma/writeFeeds.ts";
import { readIcs } from "../../convex/external/luma/sources.ts";
import { API, ask, askPage, ITEMS, NOW, page, PAGE } from "../support/luma/lumaPages.ts";
import { serve } from "../support/luma/serve.ts";

let luma: LumaEmulator;
beforeEach(async () => {
  luma = await startLumaEmulator({ now: () => NOW });
});
afterEach(() => luma.close());

const SWAP = { slug: "seed-swap", title: "Seed swap", start: "2026-11-07T10:00:00+01:00" };

describe("the Luma emulator", () => {
  test("putting a known slug merges the fields and keeps the id", () => {
    luma.put(SWAP);
    const [before] = luma.events();
    luma.put({ slug: "seed-swap", title: "Seed swap II", going: 3 });
    expect(luma.events()).toEqual([{ ...before, title: "Seed swap II", going: 3 }]);
  });

  test("a new event needs a title and a time", () => {
    expect(() => luma.put({ slug: "x" })).toThrow(/title/);
    expect(() => luma.put({ ...SWAP, start: "soon" })).toThrow(/time/);
    expect(luma.events()).toEqual([]);
  });

  test("an event moved past its end gets a new end", () => {
    luma.put({ ...SWAP, end: "2026-11-07T12:00:00+01:00" });
    luma.put({ slug: "seed-swap", start: "2026-11-08T10:00:00+01:00" });
    expect(luma.events()[0]?.endMs).toBe(Date.UTC(2026, 10, 8, 11));
  });

  test("listeners are called for every change until they unsubscribe", () => {
    let heard = 0;
    const stop = luma.onChange(() => (heard += 1));
    luma.put(SWAP);
    luma.remove("seed-swap");
    stop();
    luma.put(SWAP);
    expect(heard).toBe(2);
  });

  test("an event off Luma has the same identity in every source", async () => {
    luma.put({ ...SWAP, external: "https://tickets.example/e/77" });
    const deps = { fetch, now: NOW, origin: luma.url };
    const answers = [
      await ask(luma.url, API),
      await ask(luma.url, ITEMS),
      await readIcs("cal-PlazaSandbox0001", { source: "ics" }, deps),
      await askPage(luma.url),
    ].map(page);
    const [first] = answers.flatMap(({ events }) => events);
    expect(first?.entryId).toMatch(/^calev-/);
    for (const { events, complete } of answers) {
      expect(complete).toBe(true);
      expect(events).toHaveLength(1);
      expect(events[0]).toMatchObject({
        entryId: first?.entryId,
        lumaUrl: "https://tickets.example/e/77",
        external: true,
        startDate: Date.UTC(2026, 10, 7, 9),
        endDate: Date.UTC(2026, 10, 7, 11),
      });
    }
  });

  test("an address that is for guests only is in no source", async () => {
    const location = { name: "Barn", address: "4 Forest Lane", city: "Zeist", lat: 52.1, lng: 5.2 };
    luma.put({ ...SWAP, location, hidesPlace: true });
    const deps = { fetch, now: NOW, origin: luma.url };
    for (const answer of [
      await ask(luma.url, API),
      await ask(luma.url, ITEMS),
      await readIcs("cal-PlazaSandbox0001", { source: "ics" }, deps),
      await askPage(luma.url),
    ]) {
      expect(JSON.stringify(answer)).not.toMatch(/Barn|Forest|52\.1/);
      expect(page(answer).events[0]).not.toHaveProperty("eventType", "virtual");
    }
  });

  test("another slug is another calendar with its own id", async () => {
    luma.put(SWAP, "garden");
    const answer = page(await ask(luma.url, { calendarUrl: "luma.com/garden" }));
    expect(answer.events).toHaveLength(1);
    expect(answer.calendarId).not.toBe("cal-PlazaSandbox0001");
    expect(page(await ask(luma.url, PAGE)).events).toEqual([]);
  });

  test("a fault applies to its number of requests and is counted down", async () => {
    luma.fault({ kind: "500", count: 2 });
    const first = await ask(luma.url, ITEMS);
    expect(luma.faults()).toEqual([{ kind: "500", count: 1 }]);
    const second = await ask(luma.url, ITEMS);
    expect([first.kind, second.kind]).toEqual(["failed", "failed"]);
    expect(luma.faults()).toEqual([]);
    expect((await ask(luma.url, ITEMS)).kind).toBe("page");
    expect(luma.requests().map(({ status }) => status)).toEqual([500, 500, 200]);
  });

  test("a request with a foreign host name (DNS rebinding) is refused", async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = { host: "evil.example" };
      request(`${luma.url}/luma.com/plaza`, { headers }, (response) => resolve(response.statusCode))
        .on("error", reject)
        .end();
    });
    expect(status).toBe(421);
  });

  test.each(["/", "/luma.com/../../etc/passwd", "/evil.example/x", "/luma.com/unknown"])(
    "%s is not found",
    async (path) => {
      expect((await fetch(`${luma.url}${path}`)).status).toBe(404);
    },
  );

  test("a title is escaped in the page's data", async () => {
    luma.put({ ...SWAP, title: "</script><script>alert(1)</script>" });
    expect(page(await ask(luma.url, PAGE)).events[0]?.title).toContain("alert(1)");
    const html = await (await fetch(`${luma.url}/luma.com/plaza`)).text();
    expect(html).not.toContain("<script>alert");
  });

  test("local times carry their zone's offset", () => {
    expect(isoInZone(NOW, "America/New_York")).toBe("2026-10-31T20:00:00.000-04:00");
    expect(isoInZone(NOW, "Asia/Kolkata")).toBe("2026-11-01T05:30:00.000+05:30");
    expect(isoInZone(NOW, undefined)).toBe("2026-11-01T00:00:00.000+00:00");
  });
});

describe("saved files instead of events", () => {
  const directory = fileURLToPath(new URL("../support/luma/fixtures/saved", import.meta.url));

  test("each form is served from its file", async () => {
    const saved = await startLumaEmulator({ directory });
    const html = page(await ask(saved.url, { calendarUrl: "luma.com/choir" }));
    expect(html).toMatchObject({
      events: [{ title: "Open rehearsal" }],
      calendarId: "cal-Choir0001",
    });
    const items = page(await ask(saved.url, { calendarId: html.calendarId ?? "" }));
    expect(items).toMatchObject({ source: "items", events: [{ lumaSlug: "open-rehearsal" }] });
    expect(items.next).toBeDefined();
    expect(page(await ask(saved.url, ITEMS, items.next))).toMatchObject({ events: [] });
    expect(page(await ask(saved.url, API)).source).toBe("api");
    await saved.close();
  });

  test("missing files are not found, inside or outside the directory", async () => {
    const saved = await startLumaEmulator({ directory });
    for (const path of [
      "/luma.com/other",
      "/luma.com/..%2fgarden-club",
      "/api.lu.ma/ics/get?id=cal-x",
    ]) {
      expect((await fetch(`${saved.url}${path}`)).status).toBe(404);
    }
    await saved.close();
  });
});

test("a port in use is reported", async () => {
  const { origin } = await serve((_seen, response) => response.end());
  await expect(startLumaEmulator({ port: Number(new URL(origin).port) })).rejects.toThrow(
    /EADDRINUSE/,
  );
});
