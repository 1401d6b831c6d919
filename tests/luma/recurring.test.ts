import ical from "node-ical";
import { describe, expect, test } from "vitest";
import { identity } from "../../convex/external/luma/assemble.ts";
import { parseIcs } from "../../convex/external/luma/ics.ts";
import { feedOf } from "../support/convex/lumaSources.ts";
import { good } from "../support/luma/listings.ts";

// Recurring events of a feed become their dates within the coming year.

const now = Date.UTC(2026, 11, 1);
const day = 86_400_000;
const madrid = "Europe/Madrid";

/** A weekly event at 18:00 in Madrid, from Saturday 5 December 2026. */
function series(
  rule: string,
  more: string[] = [],
  start = "DTSTART;TZID=Europe/Madrid:20261205T180000",
) {
  return [
    "UID:evt-Weekly@x",
    "SUMMARY:Weekly",
    start,
    "DURATION:PT2H",
    ...(rule === "" ? [] : [`RRULE:${rule}`]),
    ...more,
  ];
}

const revised = (date: string, more: string[]) => [
  "UID:evt-Weekly@x",
  `RECURRENCE-ID;TZID=Europe/Madrid:${date}`,
  ...more,
];

const read = (...events: string[][]) =>
  good(parseIcs(feedOf(...events), false, { now, timezone: madrid }));
/** The starts in UTC, "2026-12-05 17:00". */
const starts = (listing: ReturnType<typeof read>) =>
  listing.events.map(({ startDate }) =>
    new Date(startDate).toISOString().slice(0, 16).replace("T", " "),
  );

describe("a rule", () => {
  test("gives its dates with an end, each with an identity of its own that does not change", () => {
    const listing = read(series("FREQ=WEEKLY;COUNT=3"));
    expect(starts(listing)).toEqual(["2026-12-05 17:00", "2026-12-12 17:00", "2026-12-19 17:00"]);
    expect(listing.events.map(identity)).toEqual(
      ["20261205", "20261212", "20261219"].map((date) => `evt-Weekly_${date}T170000Z`),
    );
    expect(listing).toMatchObject({ complete: true, refused: [] });
    for (const event of listing.events)
      expect(event).toMatchObject({
        isOccurrence: true,
        endDate: event.startDate + 2 * 3_600_000,
        timezone: madrid,
        lumaUrl: "https://luma.com/event/evt-Weekly",
      });
  });

  test("keeps the hour of the wall clock when the clocks change", () => {
    const dates = starts(read(series("FREQ=MONTHLY;COUNT=6")));
    expect(dates.map((date) => date.slice(11))).toEqual([
      "17:00",
      "17:00",
      "17:00",
      "17:00",
      "16:00",
      "16:00",
    ]);
  });

  test("is read within a year from now, also where it began long ago", () => {
    const listing = read(series("FREQ=WEEKLY", [], "DTSTART;TZID=Europe/Madrid:20200104T180000"));
    expect(starts(listing).at(0)).toBe("2026-12-05 17:00");
    expect(listing.events.length).toBeGreaterThanOrEqual(52);
    expect(listing.events.at(-1)?.startDate).toBeLessThan(now + 366 * day);
    expect(listing.complete).toBe(true);
  });

  test.each([
    ["UNTIL in UTC", "FREQ=WEEKLY;UNTIL=20261212T170000Z", 2],
    ["UNTIL just before a date", "FREQ=WEEKLY;UNTIL=20261212T165959Z", 1],
    ["UNTIL as a date includes that day", "FREQ=WEEKLY;UNTIL=20261212", 2],
    ["UNTIL first", "UNTIL=20261212T170000Z;FREQ=WEEKLY", 2],
    ["COUNT", "FREQ=DAILY;COUNT=4", 4],
    ["lower case", "freq=weekly;count=2", 2],
  ])("ends: %s", (_, rule, count) => {
    expect(read(series(rule)).events).toHaveLength(count);
  });

  test("leaves out EXDATE, in the event's zone, in UTC or as a date, and adds RDATE", () => {
    const listing = read(
      series("FREQ=WEEKLY;COUNT=5", [
        "EXDATE;TZID=Europe/Madrid:20261212T180000,20261219T180000",
        "EXDATE:20261226T170000Z",
        "RDATE;TZID=Europe/Madrid:20261230T200000",
      ]),
    );
    expect(starts(listing)).toEqual(["2026-12-05 17:00", "2026-12-30 19:00", "2027-01-02 17:00"]);
    const dated = read(series("FREQ=WEEKLY;COUNT=3", ["EXDATE;VALUE=DATE:20261212"]));
    expect(starts(dated)).toEqual(["2026-12-05 17:00", "2026-12-19 17:00"]);
  });

  test("RDATE alone makes a series", () => {
    const listing = read(series("", ["RDATE:20261210T170000Z,20261211T170000Z"]));
    expect(starts(listing)).toEqual(["2026-12-05 17:00", "2026-12-10 17:00", "2026-12-11 17:00"]);
  });

  test("the first date counts although the rule does not give it", () => {
    expect(starts(read(series("FREQ=WEEKLY;BYDAY=MO;UNTIL=20261220")))).toEqual([
      "2026-12-05 17:00",
      "2026-12-07 17:00",
      "2026-12-14 17:00",
    ]);
  });

  test("all-day events are days in the organization's zone", () => {
    const listing = read(
      series("FREQ=DAILY;COUNT=2", [], "DTSTART;VALUE=DATE:20261205").filter(
        (line) => !line.startsWith("DURATION"),
      ),
    );
    expect(starts(listing)).toEqual(["2026-12-04 23:00", "2026-12-05 23:00"]);
    expect(listing.events.every(({ isAllDay }) => isAllDay)).toBe(true);
  });

  test("of another program's event each date has its id there", () => {
    const lines = series("FREQ=WEEKLY;COUNT=2", ["URL:https://meet.example/x"]).with(
      0,
      "UID:abc@calendar.example",
    );
    expect(read(lines).events.map(identity)).toEqual([
      "ics-abccalendarexample_20261205T170000Z",
      "ics-abccalendarexample_20261212T170000Z",
    ]);
  });
});

describe("a revision of single dates", () => {
  const weekly = series("FREQ=WEEKLY;COUNT=4");

  test("moves one, which stays the same date of the series", () => {
    const moved = revised("20261212T180000", [
      "SUMMARY:Later",
      "DTSTART;TZID=Europe/Madrid:20261213T190000",
    ]);
    for (const events of [
      [weekly, moved],
      [moved, weekly],
    ]) {
      const listing = read(...events);
      expect(starts(listing)).toEqual([
        "2026-12-05 17:00",
        "2026-12-13 18:00",
        "2026-12-19 17:00",
        "2026-12-26 17:00",
      ]);
      expect(listing.events[1]).toMatchObject({
        title: "Later",
        lumaEventId: "evt-Weekly_20261212T170000Z",
      });
    }
  });

  test("calls one off", () => {
    const off = revised("20261212T180000", [
      "SUMMARY:Weekly",
      "DTSTART;TZID=Europe/Madrid:20261212T180000",
      "STATUS:CANCELLED",
    ]);
    expect(read(weekly, off).events.map(({ cancelled }) => cancelled === true)).toEqual([
      false,
      true,
      false,
      false,
    ]);
  });

  test("of two of the same date the higher SEQUENCE counts", () => {
    const to = (hour: number, sequence: number) =>
      revised("20261212T180000", [
        `DTSTART;TZID=Europe/Madrid:20261212T${hour}0000`,
        `SEQUENCE:${sequence}`,
      ]);
    expect(starts(read(weekly, to(20, 3), to(21, 2)))[1]).toBe("2026-12-12 19:00");
  });

  test("in UTC names the same date", () => {
    const moved = [
      "UID:evt-Weekly@x",
      "RECURRENCE-ID:20261212T170000Z",
      "SUMMARY:Moved",
      "DTSTART:20261212T200000Z",
    ];
    expect(starts(read(weekly, moved))[1]).toBe("2026-12-12 20:00");
  });

  test("THISANDFUTURE moves that date and all behind it", () => {
    const later = [
      "UID:evt-Weekly@x",
      "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Madrid:20261219T180000",
      "SUMMARY:Weekly, later",
      "DTSTART;TZID=Europe/Madrid:20261219T200000",
      "DURATION:PT1H",
    ];
    const listing = read(weekly, later);
    expect(starts(listing)).toEqual([
      "2026-12-05 17:00",
      "2026-12-12 17:00",
      "2026-12-19 19:00",
      "2026-12-26 19:00",
    ]);
    expect(listing.events.map(({ title }) => title)).toEqual([
      "Weekly",
      "Weekly",
      "Weekly, later",
      "Weekly, later",
    ]);
    expect(listing.events[3]?.endDate).toBe((listing.events[3]?.startDate ?? 0) + 3_600_000);
  });

  test("of a series that is not in the feed is an event", () => {
    const alone = revised("20261212T180000", [
      "SUMMARY:Alone",
      "DTSTART;TZID=Europe/Madrid:20261212T190000",
    ]);
    expect(read(alone).events.map(identity)).toEqual(["evt-Weekly_20261212T170000Z"]);
  });

  test("without a readable date makes the listing incomplete", () => {
    const bad = revised("nonsense", ["SUMMARY:Weekly", "DTSTART:nonsense"]);
    expect(read(weekly, bad)).toMatchObject({ complete: false });
  });
});

test("a series that is called off is called off on each of its dates", () => {
  const listing = read(series("FREQ=WEEKLY;COUNT=3", ["STATUS:CANCELLED"]));
  expect(listing.events.map(({ cancelled }) => cancelled)).toEqual([true, true, true]);
});

describe("a rule that cannot be worked out", () => {
  test.each([
    "FREQ=SECONDLY",
    "FREQ=MINUTELY;COUNT=3",
    "FREQ=HOURLY",
    "FREQ=DAILY;BYHOUR=1,2,3",
    "FREQ=DAILY;INTERVAL=0",
    "FREQ=DAILY;INTERVAL=999999999",
    "FREQ=DAILY;COUNT=-1",
    "FREQ=YEARLY;BYWEEKNO=53",
    "FREQ=YEARLY;BYEASTER=1",
    "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=366",
    "FREQ=DAILY;BYSETPOS=1",
    "FREQ=DAILY;BYDAY=1MO",
    "FREQ=WEEKLY;BYMONTH=13",
    "FREQ=FORTNIGHTLY",
    "FREQ=WEEKLY;UNTIL=someday",
    "nonsense",
    `FREQ=DAILY;BYMONTHDAY=${"1,".repeat(400)}1`,
  ])("%s is refused with its identity", (rule) => {
    expect(read(series(rule))).toMatchObject({
      events: [],
      refused: [{ title: "Weekly", identity: "evt-Weekly" }],
      complete: false,
    });
  });

  test.each([
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31",
    "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
    "FREQ=MONTHLY;INTERVAL=12;BYMONTH=2",
    "FREQ=DAILY;BYMONTH=4;BYMONTHDAY=31",
  ])("%s, which never comes, ends", (rule) => {
    expect(read(series(rule)).events).toHaveLength(1);
  });

  test("many series in one feed share a bound on the work", () => {
    const daily = Array.from({ length: 30 }, (_, n) =>
      series("FREQ=DAILY", [], "DTSTART:20000101T180000Z").with(0, `UID:evt-S${n}@x`),
    );
    const listing = read(...daily);
    expect(listing.complete).toBe(false);
    expect(listing.events.length + listing.refused.length).toBeGreaterThan(400);
  });
});

describe("zones", () => {
  const zone = (tzid: string, rules: string[]) => [
    "BEGIN:VTIMEZONE",
    `TZID:${tzid}`,
    ...rules,
    "END:VTIMEZONE",
  ];
  const standard = [
    "BEGIN:STANDARD",
    "DTSTART:20001029T030000",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "TZOFFSETFROM:+0330",
    "TZOFFSETTO:+0230",
    "END:STANDARD",
    "BEGIN:DAYLIGHT",
    "DTSTART:20000326T020000",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "TZOFFSETFROM:+0230",
    "TZOFFSETTO:+0330",
    "END:DAYLIGHT",
  ];
  const inZone = (tzid: string, definition: string[] = []) =>
    good(
      parseIcs(
        feedOf([
          "UID:evt-Z@x",
          "SUMMARY:Z",
          `DTSTART;TZID=${tzid}:20261205T180000`,
          "RRULE:FREQ=MONTHLY;INTERVAL=6;COUNT=2",
        ]).replace("VERSION:2.0", ["VERSION:2.0", ...definition].join("\r\n")),
        false,
        { now },
      ),
    );

  test("an unknown name is read by the feed's own VTIMEZONE, summer and winter", () => {
    const listing = inZone("Our Place", zone("Our Place", standard));
    expect(starts(listing)).toEqual(["2026-12-05 15:30", "2027-06-05 14:30"]);
    expect(listing.events[0]).not.toHaveProperty("timezone");
  });

  test.each([
    ["Pacific Standard Time", "America/Los_Angeles", ["2026-12-06 02:00", "2027-06-06 01:00"]],
    [
      "Central Standard Time (Mexico)",
      "America/Mexico_City",
      ["2026-12-06 00:00", "2027-06-06 00:00"],
    ],
    ["W. Europe Standard Time", "Europe/Berlin", ["2026-12-05 17:00", "2027-06-05 16:00"]],
    [
      "/example.org/20240101/America/New_York",
      "America/New_York",
      ["2026-12-05 23:00", "2027-06-05 22:00"],
    ],
  ])("%s is %s", (tzid, name, expected) => {
    const listing = inZone(tzid);
    expect(starts(listing)).toEqual(expected);
    expect(listing.events[0]?.timezone).toBe(name);
  });

  test.each([
    ["no definition", []],
    [
      "a rule that repeats every second",
      zone(
        "Our Place",
        standard.map((line) => line.replace("YEARLY", "SECONDLY")),
      ),
    ],
    [
      "a damaged definition",
      zone("Our Place", ["BEGIN:STANDARD", "DTSTART:nonsense", "TZOFFSETTO:x", "END:STANDARD"]),
    ],
  ])("an unknown name with %s is refused and not guessed", (_, definition) => {
    expect(inZone("Our Place", definition)).toMatchObject({ events: [], complete: false });
  });
});

test("another program gives the same dates for 100 rules", () => {
  let seed = 7;
  const below = (limit: number) => {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
    return seed % limit;
  };
  const oneOf = <T>(all: readonly T[]): T => all[below(all.length)] as T;
  const parts = {
    DAILY: [""],
    WEEKLY: ["", ";BYDAY=MO", ";BYDAY=TU,TH", ";BYDAY=SA,SU"],
    MONTHLY: [
      "",
      ";BYDAY=1MO",
      ";BYDAY=-1FR",
      ";BYMONTHDAY=15",
      ";BYMONTHDAY=-1",
      ";BYMONTHDAY=31",
      ";BYDAY=FR;BYMONTHDAY=13",
      ";BYDAY=MO,TU;BYSETPOS=1",
    ],
    YEARLY: [
      "",
      ";BYMONTH=3,6",
      ";BYMONTH=11;BYDAY=4TH",
      ";BYMONTH=2;BYMONTHDAY=29",
      ";BYYEARDAY=100",
      ";BYMONTHDAY=13;BYDAY=FR",
    ],
  };
  for (let times = 0; times < 100; times++) {
    const frequency = oneOf(Object.keys(parts) as (keyof typeof parts)[]);
    const interval = oneOf(["", ";INTERVAL=2", ";INTERVAL=3"]);
    const end = oneOf(["", `;UNTIL=2027${oneOf(["01", "05", "10"])}15T120000Z`]);
    const rule = `FREQ=${frequency}${interval}${oneOf(parts[frequency])}${end}`;
    const date = `${oneOf([2024, 2025, 2026])}${oneOf(["01", "06", "11"])}${oneOf(["01", "14", "28"])}`;
    const tzid = oneOf(["America/New_York", madrid, "Asia/Kolkata"]);
    const file = feedOf(
      series(rule, ["DTSTAMP:20260101T000000Z"], `DTSTART;TZID=${tzid}:${date}T180000`),
    );
    const range = [Date.UTC(2026, 11, 1), Date.UTC(2027, 10, 30)] as const;
    const within = (at: number) => at >= range[0] && at < range[1];
    const ours = good(parseIcs(file, false, { now }))
      .events.map(({ startDate }) => startDate)
      .filter(within);
    const other = Object.values(ical.sync.parseICS(file)).find((part) => part?.type === "VEVENT");
    if (other?.type !== "VEVENT" || !other.rrule) throw new Error(`it did not read ${rule}`);
    const theirs = new Set(
      other.rrule
        .between(new Date(range[0]), new Date(range[1]), true)
        .map((found) => found.getTime())
        .filter(within),
    );
    // A first date that its own rule does not give is left to each program (RFC 5545, 3.8.5.3).
    if (within(other.start.getTime())) theirs.add(other.start.getTime());
    expect([rule, date, ours]).toEqual([rule, date, [...theirs].toSorted((a, b) => a - b)]);
  }
});
