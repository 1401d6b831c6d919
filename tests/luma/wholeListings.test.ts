import { describe, expect, test } from "vitest";
import { parseIcs } from "../../convex/external/luma/ics.ts";
import { parsePage } from "../../convex/external/luma/page.ts";
import { answerWith } from "../../convex/external/luma/sources.ts";
import { feedOf, icsEvent, jsonEvent, utcStamp } from "../support/convex/lumaSources.ts";
import { ldEvent, pageWith } from "../support/luma/fixtures.ts";
import { good, only } from "../support/luma/listings.ts";

// When a listing may be taken as everything that its calendar has.

const now = Date.UTC(2026, 11, 1);
const day = 86_400_000;
const read = (file: string | Uint8Array, cut = false) => good(parseIcs(file, cut, { now }));
const titles = (listing: ReturnType<typeof read>) => listing.events.map(({ title }) => title);
const two = [icsEvent("one", now + day), icsEvent("two", now + 2 * day)];
const [one = [], other = []] = two;

describe("a feed", () => {
  test.each([
    ["an alarm that is not closed", [...other, "BEGIN:VALARM", "ACTION:DISPLAY"]],
    ["an end that was never begun", [...other, "END:VALARM"]],
    ["a line without a colon", [...other, "SUMMARYJam"]],
    ["two starts in one event", [...other, `DTSTART:${utcStamp(now)}`]],
  ])("with %s gives its events, and is not whole", (_, damaged) => {
    const listing = read(feedOf(one, damaged));
    expect(titles(listing)).toEqual(["Event one", "Event two"]);
    expect(listing.complete).toBe(false);
  });

  test.each([
    ["END:VEVENT\r\nBEGIN:VEVENT\r\n", ""],
    ["END:VCALENDAR\r\n", ""],
    ["BEGIN:VEVENT", "BEGIN:VEVNT"],
    ["END:VEVENT", "END:VEVET"],
    ["END:VEVENT", "END VEVENT"],
    ["DTSTART:", "DTSTRT:"],
    ["SUMMARY:", "SUMARY:"],
    ["UID:evt-one", "UI:evt-one"],
    ["DESCRIPTION:", "RULE:"],
  ])("in which %j became %j is not whole", (from, to) => {
    expect(read(feedOf(one, other).replace(from, to)).complete).toBe(false);
  });

  test("cut anywhere is not whole, and loses no event before the cut", () => {
    const file = feedOf(one, other);
    const firstEnd = file.indexOf("END:VEVENT") + "END:VEVENT\r\n".length;
    for (let length = 20; length < file.length - 2; length += 7) {
      const listing = read(file.slice(0, length));
      expect(listing.complete).toBe(false);
      expect(titles(listing)).toHaveLength(
        length < firstEnd - 2 ? 0 : 1 + Number(length >= file.lastIndexOf("END:VEVENT") + 10),
      );
    }
  });

  test("with an entry that cannot be read is not whole, unless that entry is over", () => {
    const bad = (start: number) => [`UID:evt-bad@x`, `DTSTART:${utcStamp(start)}`];
    expect(read(feedOf(one, bad(now + day)))).toMatchObject({ complete: false });
    expect(read(feedOf(one, bad(now - 90 * day)))).toMatchObject({ complete: true });
  });
});

describe("a feed of everything that a calendar ever published", () => {
  const past = (n: number) => icsEvent(`old${n}`, now - 30 * day - n * 3_600_000);

  test("keeps an upcoming event among more past ones than are kept, wherever it stands", () => {
    const old = Array.from({ length: 1200 }, (_, n) => past(n));
    for (const at of [0, 600, 1200]) {
      const listing = read(feedOf(...old.slice(0, at), one, ...old.slice(at)));
      expect(titles(listing)).toContain("Event one");
      expect(listing).toMatchObject({ complete: true });
      expect(listing.events).toHaveLength(1000);
    }
  });

  test("counts an upcoming event that it cannot read among a thousand others", () => {
    const start = "DTSTART;TZID=Somewhere Nobody Knows:20261220T180000";
    const strange = ["UID:evt-strange@x", "SUMMARY:Winter party", start];
    const listing = read(feedOf(...Array.from({ length: 1000 }, (_, n) => past(n)), strange));
    expect(listing.refused).toMatchObject([{ title: "Winter party", identity: "evt-strange" }]);
    expect(listing.complete).toBe(false);
  });

  test("with more upcoming events than are kept is whole up to the last one kept", () => {
    const many = Array.from({ length: 1300 }, (_, n) => icsEvent(`n${n}`, now + day + n * 60_000));
    const listing = read(feedOf(...many.toReversed()));
    expect(listing.events).toHaveLength(1000);
    expect(listing.events[0]?.startDate).toBe(now + day);
    expect(listing).toMatchObject({ complete: false, completeUntil: now + day + 999 * 60_000 });
  });

  test("of ten megabytes loses no upcoming event", () => {
    const filler = `DESCRIPTION:${"We met and it was good. ".repeat(40)}`;
    const old = Array.from({ length: 9500 }, (_, n) => [...past(n).slice(0, 3), filler]);
    const file = feedOf(...old.slice(0, 5000), one, ...old.slice(5000), other);
    expect(file.length).toBeGreaterThan(10_000_000);
    const listing = read(file);
    expect(titles(listing).slice(-2)).toEqual(["Event one", "Event two"]);
    expect(listing.complete).toBe(true);
  });
});

describe("revisions of one event in a feed", () => {
  const revision = (title: string, more: string[]) => [
    "UID:evt-jam@x",
    `SUMMARY:${title}`,
    `DTSTART:${utcStamp(now + day)}`,
    ...more,
  ];
  test.each([
    ["the higher SEQUENCE", ["SEQUENCE:1"], ["SEQUENCE:2"]],
    ["SEQUENCE as a number", ["SEQUENCE:9"], ["SEQUENCE:10"]],
    ["a SEQUENCE before none", ["DTSTAMP:20261201T000000Z"], ["SEQUENCE:1"]],
    [
      "the later LAST-MODIFIED",
      ["LAST-MODIFIED:20261001T000000Z"],
      ["LAST-MODIFIED:20261002T000000Z"],
    ],
    [
      "the later DTSTAMP",
      ["SEQUENCE:1", "DTSTAMP:20261001T000000Z"],
      ["SEQUENCE:1", "DTSTAMP:20261002T000000Z"],
    ],
  ])("%s counts, in any order", (_, older, newer) => {
    const both = [revision("Old", older), revision("New", newer)];
    for (const events of [both, both.toReversed()])
      expect(titles(read(feedOf(...events)))).toEqual(["New"]);
  });

  test("a newer one that calls the event off counts", () => {
    const off = revision("Jam", ["SEQUENCE:3", "STATUS:CANCELLED"]);
    expect(
      only(parseIcs(feedOf(off, revision("Jam", ["SEQUENCE:2"])), false, { now })),
    ).toMatchObject({
      cancelled: true,
    });
  });
});

test.each(["PRIVATE", "CONFIDENTIAL", "private", "X-SECRET"])("CLASS:%s is private", (word) => {
  expect(only(parseIcs(feedOf([...one, `CLASS:${word}`])))).toMatchObject({ isPrivate: true });
});

describe("a date without a time", () => {
  const allDay = (more: string[]) => ["UID:evt-day@x", "SUMMARY:Fair", ...more];
  const inMadrid = (more: string[]) =>
    only(parseIcs(feedOf(allDay(more)), false, { now, timezone: "Europe/Madrid" }));
  const midnight = Date.UTC(2026, 11, 4, 23);

  test.each([
    ["alone", ["DTSTART;VALUE=DATE:20261205"], midnight + day],
    [
      "with the day after its end",
      ["DTSTART;VALUE=DATE:20261205", "DTEND;VALUE=DATE:20261208"],
      midnight + 3 * day,
    ],
    [
      "with an end that is its start",
      ["DTSTART;VALUE=DATE:20261205", "DTEND;VALUE=DATE:20261205"],
      midnight + day,
    ],
    ["with a length", ["DTSTART;VALUE=DATE:20261205", "DURATION:P2D"], midnight + 2 * day],
    ["without saying that it is one", ["DTSTART:20261205"], midnight + day],
  ])("%s is all day in the organization's zone", (_, lines, end) => {
    expect(inMadrid(lines)).toMatchObject({ startDate: midnight, endDate: end, isAllDay: true });
  });

  test("in JSON and in a page as well", () => {
    const listing = good(
      parsePage(pageWith(ldEvent({ startDate: "2026-12-05" })), false, "Europe/Madrid"),
    );
    expect(listing.events[0]).toMatchObject({
      startDate: midnight,
      endDate: midnight + day,
      isAllDay: true,
    });
  });

  test("a local time without a zone is the calendar's, else the organization's", () => {
    const lines = allDay(["DTSTART:20261205T180000"]);
    expect(inMadrid(["DTSTART:20261205T180000"]).startDate).toBe(Date.UTC(2026, 11, 5, 17));
    const named = feedOf(lines).replace("VERSION:2.0", "X-WR-TIMEZONE:America/New_York");
    expect(only(parseIcs(named, false, { now, timezone: "Europe/Madrid" })).startDate).toBe(
      Date.UTC(2026, 11, 5, 23),
    );
  });
});

describe("a calendar page", () => {
  const listed = (count: number) =>
    Array.from({ length: count }, (_, n) => ({
      item: ldEvent({
        url: `https://luma.com/e${n}x`,
        startDate: new Date(now + (n + 1) * day).toISOString(),
      }),
    }));
  const pageOf = (count: number, data: object = {}, more: object = {}) =>
    pageWith({ "@type": "ItemList", itemListElement: listed(count), ...more }) +
    `<script id="__NEXT_DATA__">${JSON.stringify({ props: { pageProps: { initialData: { data } } } })}</script>`;

  test("that is full is whole up to its last listed event, not up to a featured one", () => {
    const summit = jsonEvent("summit", now + 200 * day);
    const listing = good(parsePage(pageOf(20, { featured_items: [summit] })));
    expect(listing).toMatchObject({ complete: false, completeUntil: now + 20 * day });
    expect(listing.events).toHaveLength(21);
  });

  test("whose list is not in the order of its starts proves nothing", () => {
    const elements = listed(20).toReversed();
    const html = pageWith({ "@type": "ItemList", itemListElement: elements });
    expect(good(parsePage(html))).toMatchObject({ complete: false });
    expect(good(parsePage(html))).not.toHaveProperty("completeUntil");
  });

  test.each([
    ["an item that is no object", [...listed(3), { item: null }, "x"]],
    ["an item without a name", [...listed(3), { item: ldEvent({ name: "" }) }]],
    ["a reference to nothing", [...listed(3), { item: { "@id": "https://luma.com/elsewhere" } }]],
  ])("with %s is not whole", (_, elements) => {
    const listing = good(parsePage(pageWith({ "@type": "ItemList", itemListElement: elements })));
    expect(listing.complete).toBe(false);
    expect(listing.refused.length).toBeGreaterThan(0);
    expect(listing).not.toHaveProperty("completeUntil");
  });

  test.each([
    ["a damaged script of data", (html: string) => html.replace('"props"', '"props')],
    ["a list of another type", (html: string) => html.replace("ld+json", "ld+jsn")],
    ["a script that is not closed", (html: string) => html.slice(0, html.lastIndexOf("</script>"))],
  ])("with %s is not whole", (_, damage) => {
    const listing = parsePage(damage(pageOf(3, { featured_items: [jsonEvent("e1", now + day)] })));
    expect(listing.ok && listing.complete).toBe(false);
  });

  test("whose list is lost is not an empty calendar", () => {
    const html = pageOf(3, { featured_items: [] }).replace("ld+json", "ld+jsn");
    expect(parsePage(html)).toMatchObject({ ok: false });
  });
});

describe("another page of Luma", () => {
  const pageOf = (kind: string, data: object, ld: unknown) =>
    `${pageWith(ld)}<script id="__NEXT_DATA__">` +
    `${JSON.stringify({ props: { pageProps: { initialData: { kind, data } } } })}</script>`;
  const listOf = { "@type": "ItemList", itemListElement: [{ item: ldEvent() }] };

  test.each([
    ["an event's", "event-page", pageOf("event", jsonEvent("jam", now), ldEvent())],
    ["an event's without its data", "event-page", pageWith(ldEvent())],
    ["an event's without its ld+json", "event-page", pageOf("event", jsonEvent("jam", now), {})],
    [
      "a city's",
      "other-page",
      pageOf("discover-place", { place: { api_id: "discplace-1" } }, listOf),
    ],
    ["a person's", "other-page", pageOf("user", { user: {}, events: [jsonEvent("jam", now)] }, {})],
  ])("%s is refused for good", (_, code, html) => {
    const answer = answerWith(parsePage(html), { source: "page" });
    expect(answer).toMatchObject({ kind: "failed", permanent: true, code });
  });

  test("a calendar's with a single event is a calendar's", () => {
    const html = pageOf("calendar", { featured_items: [] }, listOf);
    expect(answerWith(parsePage(html), { source: "page" })).toMatchObject({
      kind: "page",
      complete: true,
    });
  });
});
