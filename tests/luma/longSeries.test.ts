import fc from "fast-check";
import ICAL from "ical.js";
import { expect, test } from "vitest";
import { parseIcs } from "../../convex/external/luma/ics.ts";
import { feedOf } from "../support/convex/lumaSources.ts";
import { good } from "../support/luma/listings.ts";

// Series that began long ago: what is past is left out, and changes nothing of what comes.

const now = Date.UTC(2026, 11, 1);
const day = 86_400_000;
const weekdays = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const stampOf = (time: number) => new Date(time).toISOString().replaceAll(/[-:]|\.\d+/g, "");

/** The dates of the coming year, each worked out from the first one of the series. */
function worked(rule: string, start: number): number[] {
  const recur = ICAL.Recur.fromString(rule);
  const dates = recur.iterator(ICAL.Time.fromDateTimeString(new Date(start).toISOString()));
  const found = start > now - day ? [start] : [];
  for (let next = dates.next(); next; next = dates.next()) {
    const utc = Date.UTC(next.year, next.month - 1, next.day, next.hour, next.minute);
    if (utc > now + 366 * day) break;
    if (utc > now - day && utc !== start) found.push(utc);
  }
  return found.filter((at) => at < now + 366 * day);
}

test("of every interval, weekday and first day of the week", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("DAILY", "WEEKLY"),
      fc.integer({ min: 1, max: 9 }),
      fc.subarray(weekdays),
      fc.option(fc.constantFrom("MO", "SU", "WE"), { nil: undefined }),
      fc.integer({ min: -10, max: 4_000 }),
      (freq, interval, byday, wkst, daysAgo) => {
        const start = now - daysAgo * day + 18 * 3_600_000;
        const rule = [
          `FREQ=${freq}`,
          `INTERVAL=${interval}`,
          // Every n-th day on certain weekdays may be no day at all.
          ...(byday.length > 0 && freq === "WEEKLY" ? [`BYDAY=${byday.join(",")}`] : []),
          ...(wkst ? [`WKST=${wkst}`] : []),
        ].join(";");
        const listing = good(
          parseIcs(
            feedOf(["UID:evt-a@x", "SUMMARY:A", `DTSTART:${stampOf(start)}`, `RRULE:${rule}`]),
            false,
            { now, timezone: "UTC" },
          ),
        );
        expect(listing.events.map(({ startDate }) => startDate)).toEqual(worked(rule, start));
      },
    ),
    { numRuns: 300 },
  );
});

test("eighty daily ones of ten years are read whole", () => {
  const many = Array.from({ length: 80 }, (_, index) => [
    `UID:evt-${index}@x`,
    "SUMMARY:A",
    `DTSTART:${stampOf(now - 3_650 * day + index * 60_000)}`,
    "RRULE:FREQ=DAILY;UNTIL=20261205T000000Z",
  ]);
  const listing = good(parseIcs(feedOf(...many), false, { now, timezone: "UTC" }));
  expect(listing.refused).toEqual([]);
});
