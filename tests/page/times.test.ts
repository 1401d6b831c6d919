import { expect, test } from "vitest";
import { clock, day, dayNumber, timestamp } from "../../bots/sandbox/page/text/draw.ts";

const now = Date.parse("2026-03-10T18:00:00Z");
const reader = { language: "en", zone: "UTC", now };
const simple = (text: string) => text.replace(/\s/gu, " ");

test.each([
  ["t", "6:00 PM"],
  ["T", "6:00:00 PM"],
  ["d", "3/10/26"],
  ["D", "March 10, 2026"],
  ["f", "March 10, 2026 at 6:00 PM"],
  ["F", "Tuesday, March 10, 2026 at 6:00 PM"],
  ["x", "March 10, 2026 at 6:00 PM"],
])("Style %s shows %s", (style, shown) => {
  expect(simple(timestamp(now, style, reader))).toBe(shown);
});

test.each([
  [30, "in 30 seconds"],
  [-125, "2 minutes ago"],
  [3 * 3600, "in 3 hours"],
  [-4 * 86_400, "4 days ago"],
  [70 * 86_400, "in 2 months"],
])("%i seconds from now is %s", (seconds, words) => {
  expect(timestamp(now + seconds * 1000, "R", reader)).toBe(words);
});

test("A time is shown in the reader's zone and language", () => {
  const mexico = { language: "es-MX", zone: "America/Mexico_City", now };
  expect(simple(timestamp(now, "F", mexico))).toContain("martes, 10 de marzo de 2026");
  expect(simple(clock(now, mexico))).toContain("12:00");
});

test("A moment that is none does not break the page", () => {
  expect(timestamp(8.7e15, "F", reader)).toBe("Invalid date");
});

test("Days change at the reader's midnight", () => {
  const before = Date.parse("2026-03-10T05:30:00Z");
  expect(dayNumber(before, "UTC") - dayNumber(before, "America/Mexico_City")).toBe(1);
  expect(day(before, reader)).toBe("Today");
  expect(day(before, { ...reader, zone: "America/Mexico_City" })).toBe("Yesterday");
  expect(day(before, { ...reader, zone: "America/Mexico_City", language: "es" })).toBe("Ayer");
  expect(day(now - 5 * 86_400_000, reader)).toBe("March 5");
});
