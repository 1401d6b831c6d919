import { describe, expect, test } from "vitest";

import { parseIcs } from "../../convex/external/luma/ics.ts";
import { BASE, feed, readFeed } from "../support/luma/icsFeeds.ts";
import { fixtureBytes } from "../support/luma/fixtures.ts";
import { good, only } from "../support/luma/listings.ts";

describe("the calendar feed", () => {
  const listing = good(parseIcs(fixtureBytes("garden-feed.ics")));
  const [swap, walk, openDay] = listing.events;

  test("an event has the feed's fields, and none of its alarm's", () => {
    expect(swap).toEqual({
      lumaEventId: "evt-SeedSwap000001",
      lumaSlug: "seed-swap",
      lumaUrl: "https://luma.com/seed-swap",
      title: "Seed swap & tea, with café",
      description: "Bring seeds; take seeds.",
      startDate: Date.UTC(2026, 10, 7, 9),
      endDate: Date.UTC(2026, 10, 7, 11),
      eventType: "in-person",
      location: "Greenhouse 3, 12 Canal Street, Utrecht",
      coordinates: { lat: 52.0907, lng: 5.1214 },
      hosts: [{ name: "Garden: Club" }],
    });
  });

  test("a luma.com LOCATION is not a place, and its GEO is dropped", () => {
    expect(walk).toMatchObject({ lumaSlug: "night-walk", lumaEventId: "evt-NightWalk00001" });
    for (const key of ["location", "coordinates", "locationUrl", "eventType"]) {
      expect(walk).not.toHaveProperty(key);
    }
  });

  test("a wall clock with TZID is read in that zone, DURATION gives the end", () => {
    expect(walk).toMatchObject({
      startDate: Date.UTC(2026, 10, 10, 23),
      endDate: Date.UTC(2026, 10, 11, 0, 30),
      timezone: "America/New_York",
    });
  });

  test("STATUS:CANCELLED is a cancellation, TENTATIVE is ignored", () => {
    expect(openDay).toMatchObject({ cancelled: true, external: true });
    expect(swap).not.toHaveProperty("cancelled");
  });

  test("a bare date is midnight", () => {
    expect(openDay).toMatchObject({
      startDate: Date.UTC(2026, 10, 15),
      endDate: Date.UTC(2026, 10, 16),
    });
    expect(openDay).not.toHaveProperty("timezone");
  });

  test("an invalid entry is refused, and the rest is kept", () => {
    expect(listing.refused).toEqual([
      {
        title: "Broken",
        identity: "evt-Broken00000001",
        reason: "its start is missing or not a time",
      },
    ]);
    expect(listing.complete).toBe(false);
  });
});

describe("the syntax of a feed", () => {
  test("a fold inside a multi-byte character is unfolded before decoding", () => {
    const bytes = new TextEncoder().encode(
      feed(["SUMMARY:Ñandú 🌱 tea", ...BASE.slice(2), BASE[0] ?? ""]),
    );
    for (let cut = 40; cut < bytes.length - 40; cut++) {
      const before = bytes.slice(0, cut);
      // A fold at the very end of a line would be another line, not a folded one.
      if ([10, 13].includes(bytes[cut - 1] ?? 0) || [10, 13].includes(bytes[cut] ?? 0)) continue;
      const folded = new Uint8Array([...before, 13, 10, 32, ...bytes.slice(cut)]);
      expect(only(parseIcs(folded)).title).toBe("Ñandú 🌱 tea");
    }
  });

  test("LF instead of CRLF, a BOM and lower-case names are accepted", () => {
    const file = feed(["summary:seed swap", ...BASE.slice(2), "url:https://luma.com/a1b"]);
    const other = `\ufeff${file.replaceAll("\r\n", "\n").replace("BEGIN:VCAL", "begin:vcal")}`;
    expect(only(parseIcs(other)).title).toBe("seed swap");
  });

  test("the lines of an alarm do not belong to its event", () => {
    const alarm = ["BEGIN:VALARM", "DESCRIPTION:Reminder", "DURATION:PT5M", "END:VALARM"];
    const event = readFeed([...alarm, "LOCATION:Greenhouse"]);
    expect(event).toMatchObject({ location: "Greenhouse" });
    expect(event).not.toHaveProperty("description");
    expect(event).not.toHaveProperty("endDate");
  });

  test("a tab folds like a space", () => {
    expect(readFeed(["LOCATION:Green\r\n\thouse"]).location).toBe("Greenhouse");
  });

  test("escapes are decoded once", () => {
    expect(readFeed(["DESCRIPTION:a\\, b\\; c\\\\n d\\Ne"]).description).toBe("a, b; c\\n d\ne");
  });

  test("HTML entities in a summary are decoded", () => {
    const title = only(parseIcs(feed(["SUMMARY:R&amp;D &#8211; caf&eacute;", ...BASE]))).title;
    expect(title).toBe("R&D – café");
  });

  test("an empty calendar is a valid empty listing", () => {
    expect(parseIcs("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n")).toEqual({
      ok: true,
      events: [],
      refused: [],
      complete: true,
    });
  });

  test("a truncated feed is not complete", () => {
    const file = feed(BASE).replace("END:VCALENDAR", "BEGIN:VEVENT\r\nSUMMARY:Ha");
    expect(parseIcs(file)).toMatchObject({
      ok: true,
      complete: false,
      events: [{ title: "Seed swap" }],
    });
    expect(parseIcs(feed(BASE), true)).toMatchObject({ complete: false });
  });

  test.each(["", "<html>Rate Limit Hit</html>", "{}"])("%j is not a feed", (text) => {
    expect(parseIcs(text)).toMatchObject({ ok: false });
  });

  test("of more than the maximum of events, the oldest are left out", () => {
    const events = Array.from({ length: 1005 }, (_, i) => [
      "BEGIN:VEVENT",
      `UID:evt-n${i}@x`,
      `SUMMARY:n${i}`,
      `DTSTART:${2010 + (i % 10)}0101T00${String(i % 60).padStart(2, "0")}00Z`,
      "END:VEVENT",
    ]).flat();
    const { events: kept } = good(
      parseIcs(["BEGIN:VCALENDAR", ...events, "END:VCALENDAR"].join("\n")),
    );
    expect(kept).toHaveLength(1000);
    expect(kept.at(-1)?.startDate).toBeGreaterThan(Date.UTC(2019, 0, 1));
    expect(kept[0]?.startDate).toBeLessThanOrEqual(kept[1]?.startDate ?? 0);
  });
});
