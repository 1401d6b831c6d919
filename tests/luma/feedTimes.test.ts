import { describe, expect, test } from "vitest";

import { parseIcs } from "../../convex/external/luma/ics.ts";
import { feed } from "../support/luma/icsFeeds.ts";
import { good, only } from "../support/luma/listings.ts";

const start = (line: string, around: string[] = []) =>
  only(parseIcs(feed([line, "UID:evt-A1@x", "SUMMARY:x"], around)));

describe("times of a feed", () => {
  test.each([
    ["DTSTART:20261107T090000Z", Date.UTC(2026, 10, 7, 9)],
    ["DTSTART;VALUE=DATE-TIME:20261107T090000Z", Date.UTC(2026, 10, 7, 9)],
    ['DTSTART;TZID="Europe/Madrid":20261107T100000', Date.UTC(2026, 10, 7, 9)],
    ["DTSTART;TZID=/vendor.example/2024/Europe/Madrid:20261107T100000", Date.UTC(2026, 10, 7, 9)],
    ["DTSTART;TZID=America/Argentina/Buenos_Aires:20261107T060000", Date.UTC(2026, 10, 7, 9)],
    ["DTSTART;VALUE=DATE;TZID=Europe/Madrid:20261107", Date.UTC(2026, 10, 6, 23)],
  ])("%s", (line, expected) => {
    expect(start(line).startDate).toBe(expected);
  });

  test("floating time is read in the calendar's zone, and rejected without one", () => {
    const line = "DTSTART:20261107T100000";
    expect(start(line, ["X-WR-TIMEZONE:Europe/Madrid"])).toMatchObject({
      startDate: Date.UTC(2026, 10, 7, 9),
      timezone: "Europe/Madrid",
    });
    expect(good(parseIcs(feed([line, "SUMMARY:x", "UID:evt-A1@x"]))).events).toEqual([]);
  });

  test("an event with a UTC time does not get the calendar's zone", () => {
    const event = start("DTSTART:20261107T090000Z", ["X-WR-TIMEZONE:Europe/Madrid"]);
    expect(event).not.toHaveProperty("timezone");
  });

  test("a time in an unknown zone is refused, not guessed", () => {
    const file = feed(["DTSTART;TZID=Our Time:20261107T100000", "SUMMARY:x", "UID:evt-A1@x"]);
    expect(good(parseIcs(file)).refused).toHaveLength(1);
  });
});
