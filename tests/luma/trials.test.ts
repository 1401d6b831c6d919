import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { identity } from "../../convex/external/luma/assemble.ts";
import { parseIcs } from "../../convex/external/luma/ics.ts";
import { parseItems } from "../../convex/external/luma/json.ts";
import { parsePage } from "../../convex/external/luma/page.ts";
import { good, only } from "../support/luma/listings.ts";

// Files on which the readers once failed. They stand beside the project in some places only; the same
// cases, written anew, are in the other tests of this folder.

const folder = new URL("../../../shared/trials/luma/", import.meta.url);
const text = (name: string) => readFileSync(new URL(name, folder), "utf8");
const now = Date.UTC(2026, 11, 1);
const feed = (name: string) => good(parseIcs(text(name), false, { now }));
const json = (name: string) => good(parseItems(JSON.parse(text(name))));

describe.skipIf(!existsSync(folder))("trial files (skipped where they are not beside this)", () => {
  test("external events in a feed", () => {
    expect(
      feed("01-external-in-feed.ics").events.map((event) => [identity(event), event.lumaUrl]),
    ).toEqual([
      ["calev-Aaaaaaaaaaaaaaa", "https://www.eventbrite.com/e/harbour-walk-tickets-123"],
      ["calev-Bbbbbbbbbbbbbbb", "https://partiful.com/e/AbCdEf123456"],
    ]);
  });

  test("one calendar by two sources", () => {
    const ids = ["evt-mixOne000000001", "evt-mixTwo000000002", "calev-9", "calev-8"];
    expect(feed("f2-mix.ics").events.map(identity)).toEqual(ids);
    expect(json("f2-mix.json").events.map(identity)).toEqual(ids);
    expect(json("f2-mix.json").events.map(({ lumaUrl }) => lumaUrl)).toEqual(
      feed("f2-mix.ics").events.map(({ lumaUrl }) => lumaUrl),
    );
  });

  test("one link for three dates", () => {
    const { events } = json("02-one-external-link-for-three-dates.json");
    expect(events.map(identity)).toEqual([1, 2, 3].map((n) => `calev-Run00000000000${n}`));
  });

  test.each(["03a-alarm-not-closed.ics", "03b-end-that-was-never-begun.ics"])("%s", (name) => {
    expect(feed(name).events.map(({ title }) => title)).toEqual(["Kept", "Lost"]);
    expect(feed(name).complete).toBe(false);
  });

  test("a link in place of an address, and an online event in a feed", () => {
    expect(json("07-address-is-a-link.json").events[0]).toMatchObject({
      eventType: "virtual",
      locationUrl: "https://discord.com/invite/XXXX",
    });
    expect(feed("09-online-in-feed.ics").events[0]).toMatchObject({ eventType: "virtual" });
  });

  test("a full page with a featured event behind its list", () => {
    const listing = good(parsePage(text("10-full-page-with-a-later-featured-event.html")));
    expect(listing).toMatchObject({ complete: false, completeUntil: Date.UTC(2026, 11, 21, 1) });
    expect(listing.events).toHaveLength(21);
  });

  test("an upcoming event behind a thousand past ones", () => {
    expect(feed("11-thousand-and-one.ics").events.at(-1)).toMatchObject({
      title: "Winter party",
      startDate: Date.UTC(2026, 11, 21, 2),
    });
  });

  test("an event's page, and a name on the entry", () => {
    expect(parsePage(text("14-an-events-page.html"))).toMatchObject({ wrongPage: "event-page" });
    expect(json("17-name-and-start-on-the-entry.json").events[0]).toMatchObject({
      title: "Game night",
      startDate: Date.UTC(2026, 11, 3, 22, 30),
    });
  });

  test("a slow description", () => {
    const event = only(parseIcs(text("06a-slow-description.ics"), false, { now }));
    expect(event).toMatchObject({ lumaEventId: "evt-Slow0000000001" });
  });
});
