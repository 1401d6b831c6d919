import { describe, expect, test } from "vitest";

import {
  instantInZone,
  readDuration,
  readTime,
  readZone,
} from "../../convex/external/luma/times.ts";

const wall = (text: string) => Date.parse(`${text}Z`);

describe("times", () => {
  test.each([
    ["2026-11-07T10:00:00.000+01:00", Date.UTC(2026, 10, 7, 9)],
    ["2026-11-07T10:00:00-0600", Date.UTC(2026, 10, 7, 16)],
    ["2026-11-07T10:00+05:30", Date.UTC(2026, 10, 7, 4, 30)],
    ["2026-11-07T10:00:00.123456Z", Date.UTC(2026, 10, 7, 10, 0, 0, 123)],
    [" 2026-11-07 10:00:00Z ", Date.UTC(2026, 10, 7, 10)],
    ["20261107T100000Z", Date.UTC(2026, 10, 7, 10)],
    ["2026-11-07", Date.UTC(2026, 10, 7)],
    ["2028-02-29T00:00:00Z", Date.UTC(2028, 1, 29)],
  ])("%j is a time", (text, expected) => {
    expect(readTime(text)).toBe(expected);
  });

  test.each([
    ["nonsense"],
    [""],
    ["2026"],
    ["1 Oct 2026"],
    ["2026-02-30T10:00:00Z"],
    ["2026-13-01T10:00:00Z"],
    ["2026-11-07T25:00:00Z"],
    ["2026-11-07T10:60:00Z"],
    ["2026-11-07T10:00:00+99:00"],
    ["1999-12-31T23:59:59Z"],
    ["2101-01-01T00:00:00Z"],
    ["0000-00-00"],
    [undefined],
  ])("%j is none", (text) => {
    expect(readTime(text)).toBeUndefined();
  });

  test("a local time without offset or zone is rejected, in any time zone of the machine", () => {
    expect(readTime("2026-11-07T10:00:00")).toBeUndefined();
    expect(readTime("2026-11-07T10:00:00", "Asia/Kolkata")).toBe(Date.UTC(2026, 10, 7, 4, 30));
  });

  test.each([
    ["PT2H30M", 9_000_000],
    ["P0Y0M0DT2H0M0S", 7_200_000],
    ["P1D", 86_400_000],
    ["P1W", 604_800_000],
    ["PT45M", 2_700_000],
    ["PT0M", undefined],
    ["P1M", undefined],
    ["-PT1H", undefined],
    ["2 hours", undefined],
    ["P", undefined],
    [undefined, undefined],
  ])("duration %j is %s ms", (text, expected) => {
    expect(readDuration(text)).toBe(expected);
  });
});

describe("zones", () => {
  test("only IANA names are zones", () => {
    expect(readZone("America/New_York")).toBe("America/New_York");
    expect(readZone("UTC")).toBe("UTC");
    for (const name of ["+05:00", "string", "Mars/Olympus", "", "Pacific Time", undefined]) {
      expect(readZone(name)).toBeUndefined();
    }
  });

  test("a time skipped in spring is read with the offset before the change", () => {
    expect(instantInZone(wall("2026-03-08T02:30:00"), "America/New_York")).toBe(
      Date.UTC(2026, 2, 8, 7, 30),
    );
  });

  test("of a time repeated in autumn the first is taken", () => {
    expect(instantInZone(wall("2026-11-01T01:30:00"), "America/New_York")).toBe(
      Date.UTC(2026, 10, 1, 5, 30),
    );
  });

  test("hours around a change keep their own offset", () => {
    expect(instantInZone(wall("2026-11-01T03:00:00"), "America/New_York")).toBe(
      Date.UTC(2026, 10, 1, 8),
    );
    expect(instantInZone(wall("2026-10-31T23:00:00"), "America/New_York")).toBe(
      Date.UTC(2026, 10, 1, 3),
    );
    expect(instantInZone(wall("2026-03-08T04:00:00"), "America/New_York")).toBe(
      Date.UTC(2026, 2, 8, 8),
    );
  });
});
