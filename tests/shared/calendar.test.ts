import * as fc from "fast-check";
import ICAL from "ical.js";
import ical from "node-ical";
import { describe, expect, test } from "vitest";
import { type CalendarEvent, calendarFile } from "../../shared/calendar.ts";

// Two programs that Plaza does not use for its own files read them.

const start = Date.UTC(2026, 10, 14, 18);

function event(more: Partial<CalendarEvent> = {}): CalendarEvent {
  return {
    _id: "e1",
    title: "Jam",
    startDate: start,
    endsBy: start + 7_200_000,
    timezone: "Europe/Madrid",
    lumaUrl: "https://luma.com/jam",
    status: "upcoming",
    revision: 2,
    changedAt: Date.UTC(2026, 10, 1),
    ...more,
  };
}

type Read = { name: string; events: { title: string; url: string; place: string; at: number }[] };

function byIcalJs(file: string): Read {
  const calendar = new ICAL.Component(ICAL.parse(file) as unknown[]);
  const textOf = (component: InstanceType<typeof ICAL.Component>, name: string) =>
    String(component.getFirstPropertyValue(name) ?? "");
  return {
    // It knows no type of NAME (RFC 7986) and leaves it escaped: read as another property of texts.
    name: String(
      ICAL.Property.fromString(`SUMMARY:${textOf(calendar, "name")}`).getFirstValue(),
    ).trim(),
    events: calendar.getAllSubcomponents("vevent").map((one) => ({
      title: textOf(one, "summary"),
      url: textOf(one, "url"),
      place: textOf(one, "location"),
      at: new ICAL.Event(one).startDate.toJSDate().getTime(),
    })),
  };
}

function byNodeIcal(file: string): Read {
  const parts = Object.values(ical.sync.parseICS(file));
  const calendar = parts.find((part) => part?.type === "VCALENDAR") as
    { "WR-CALNAME"?: string } | undefined;
  const textOf = (value: unknown) => {
    const found = (value as { val?: unknown } | undefined)?.val ?? value;
    return typeof found === "string" ? found : "";
  };
  const events = parts.flatMap((part) => (part?.type === "VEVENT" ? [part] : []));
  return {
    name: textOf(calendar?.["WR-CALNAME"]).trim(),
    events: events.map((one) => ({
      title: textOf(one.summary),
      url: textOf(one.url),
      place: textOf(one.location),
      at: one.start.getTime(),
    })),
  };
}

const readers = [
  ["ical.js", byIcalJs],
  ["node-ical", byNodeIcal],
] as const;

/** Texts that RFC 5545 has to escape or fold. */
const words = fc
  .array(
    fc.constantFrom(
      ..."a ; , \\ : \" ' n N ñ 😀 👩‍🚀 é\u0301 \n \r\n BEGIN:VEVENT END:VCALENDAR".split(" "),
    ),
    { minLength: 1, maxLength: 60 },
  )
  .map((parts) => `x${parts.join(" ")}x`);
const asRead = (text: string) => text.replace(/\r\n?/g, "\n");

describe.each(readers)("by %s", (_, read) => {
  test("titles, places and the name come back as they were, whatever is in them", () => {
    fc.assert(
      fc.property(words, words, words, (name, title, location) => {
        const found = read(calendarFile(name, [event({ title, location })], start));
        expect(found.name).toBe(asRead(name));
        expect(found.events).toMatchObject([{ title: asRead(title), place: asRead(location) }]);
      }),
      { numRuns: 150, seed: 5545 },
    );
  });

  test.each([
    "https://tickets.example/a,b;c?d=e\\f&g=%2C",
    `https://tickets.example/${"very-long-".repeat(40)}?aff=x;y,z`,
    "https://tickets.example/día/😀",
  ])("the address %s is that address", (lumaUrl) => {
    const found = read(calendarFile("Plaza", [event({ lumaUrl }), event({ _id: "e2" })], start));
    expect(found.events.map(({ url }) => url)).toEqual([
      new URL(lumaUrl).href,
      "https://luma.com/jam",
    ]);
  });

  test("a time is that moment", () => {
    expect(read(calendarFile("Plaza", [event()], start)).events[0]?.at).toBe(start);
  });
});

describe("the file", () => {
  test("no line is longer than 75 octets, and no character is split", () => {
    fc.assert(
      fc.property(words, words, (title, name) => {
        const lumaUrl = `https://tickets.example/${encodeURIComponent(title)}`;
        const file = calendarFile(name, [event({ title: title.repeat(3), lumaUrl })], start);
        for (const line of file.split("\r\n")) {
          expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75);
          expect(line.isWellFormed()).toBe(true);
        }
      }),
      { numRuns: 150, seed: 75 },
    );
  });

  test("an event without a time is a day in its own zone", () => {
    // Midnight in Madrid is 23:00 UTC of the day before.
    const midnight = Date.UTC(2026, 10, 14, 23);
    const day = event({ isAllDay: true, startDate: midnight, endsBy: midnight + 86_400_000 });
    const file = calendarFile("Plaza", [day], start);
    expect(file).toContain("DTSTART;VALUE=DATE:20261115\r\n");
    expect(file).toContain("DTEND;VALUE=DATE:20261116\r\n");
  });

  test("it is the same however late it is asked for, and says what became of an event", () => {
    const file = (now: number) => calendarFile("Plaza", [event({ status: "cancelled" })], now);
    expect(file(start)).toBe(file(start + 1));
    expect(file(start)).toContain("STATUS:CANCELLED");
    expect(file(start)).toContain("SEQUENCE:2\r\n");
    for (const name of ["DTSTAMP", "LAST-MODIFIED"])
      expect(file(start)).toContain(`${name}:20261101T000000Z`);
  });
});
