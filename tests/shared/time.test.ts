import { describe, expect, test } from "vitest";
import { formatTime } from "../../shared/time/format.ts";
import { rangeOf, readWhen } from "../../shared/time/when.ts";
import { atWallClock, isTimezone, wallClock } from "../../shared/time/zones.ts";

const at = (text: string) => Date.parse(text);

describe("wall clocks", () => {
  test("a moment reads differently in each zone, over the date line too", () => {
    expect(wallClock(at("2026-11-21T23:30:00Z"), "Asia/Tokyo")).toMatchObject({ day: 22, hour: 8 });
    expect(wallClock(at("2026-11-21T23:30:00Z"), "America/Mexico_City")).toMatchObject({
      day: 21,
      hour: 17,
      weekday: 6,
    });
  });

  test("an hour that spring skips becomes the hour after the gap, not the one before", () => {
    // Madrid goes from 02:00 to 03:00 on 29 March 2026.
    const skipped = atWallClock({ year: 2026, month: 3, day: 29, hour: 2 }, "Europe/Madrid");
    expect(new Date(skipped).toISOString()).toBe("2026-03-29T01:00:00.000Z");
    expect(wallClock(skipped, "Europe/Madrid").hour).toBe(3);
  });

  test("an hour that autumn repeats is the first of the two", () => {
    // New York repeats 01:00 on 1 November 2026: first at 05:00 UTC, again at 06:00.
    const twice = atWallClock({ year: 2026, month: 11, day: 1, hour: 1 }, "America/New_York");
    expect(new Date(twice).toISOString()).toBe("2026-11-01T05:00:00.000Z");
    const madrid = atWallClock({ year: 2026, month: 10, day: 25, hour: 2 }, "Europe/Madrid");
    expect(new Date(madrid).toISOString()).toBe("2026-10-25T00:00:00.000Z");
  });

  test("days may run over the end of a month and a year", () => {
    const next = atWallClock({ year: 2026, month: 12, day: 32, hour: 0 }, "UTC");
    expect(new Date(next).toISOString()).toBe("2027-01-01T00:00:00.000Z");
  });

  test.each(["Europe/Madrid", "UTC", "America/Argentina/Buenos_Aires"])("%s is a zone", (zone) => {
    expect(isTimezone(zone)).toBe(true);
  });
  test.each(["Mars/Olympus", "+02:00", "", "../etc", "Europe/Madrid; DROP"])(
    "%s is no zone",
    (zone) => {
      expect(isTimezone(zone)).toBe(false);
    },
  );
});

describe("words for a stretch of time", () => {
  test.each([
    [["today"], "today"],
    [["HOY"], "today"],
    [["mañana"], "tomorrow"],
    [["this", "weekend"], "weekend"],
    [["este", "fin", "de", "semana"], "weekend"],
    [["Semana"], "week"],
    [["este", "mes"], "month"],
  ])("%s", (words, when) => {
    expect(readWhen(words)).toEqual({ when, rest: [] });
  });

  test("what follows is left over, and what is no time is null", () => {
    expect(readWhen(["finde", "frutero"])).toEqual({ when: "weekend", rest: ["frutero"] });
    expect(readWhen(["frutero", "finde"])).toBeNull();
    expect(readWhen(["constructor"])).toBeNull();
    expect(readWhen([])).toBeNull();
  });

  const iso = ({ from, to }: { from: number; to: number }) =>
    [from, to].map((moment) => new Date(moment).toISOString());
  const zone = "America/Mexico_City";

  test("tomorrow is the whole day in the reader's zone", () => {
    expect(iso(rangeOf("tomorrow", at("2026-11-21T23:30:00Z"), zone))).toEqual([
      "2026-11-22T06:00:00.000Z",
      "2026-11-23T06:00:00.000Z",
    ]);
  });

  test("the weekend is the one that is on, or the next", () => {
    // A Wednesday, then the Saturday and the Sunday of the same week.
    const expected = ["2026-11-28T23:00:00.000Z", "2026-11-30T06:00:00.000Z"];
    const wednesday = iso(rangeOf("weekend", at("2026-11-25T18:00:00Z"), zone));
    expect(wednesday).toEqual(["2026-11-27T23:00:00.000Z", expected[1]]);
    const saturday = at("2026-11-28T23:00:00Z");
    expect(iso(rangeOf("weekend", saturday, zone))).toEqual(expected);
    expect(iso(rangeOf("weekend", at("2026-11-29T20:00:00Z"), zone))[1]).toBe(expected[1]);
  });

  test("a week is seven days from now, and the month never less than a week", () => {
    const now = at("2026-11-28T18:00:00Z");
    expect(iso(rangeOf("week", now, zone))[1]).toBe("2026-12-05T06:00:00.000Z");
    expect(iso(rangeOf("month", now, zone))[1]).toBe("2026-12-05T06:00:00.000Z");
  });
});

test("times are written as the reader's language writes them", () => {
  const moment = at("2026-11-26T17:00:00Z");
  expect(formatTime(moment, "full", "America/Mexico_City", "en")).toBe("Thu, Nov 26, 11:00 AM");
  expect(formatTime(moment, "full", "Europe/Madrid", "es")).toBe("jue 26 nov, 18:00");
});
