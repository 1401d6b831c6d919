import { expect, test } from "vitest";
import { localInput, slugOf, tidyEvent } from "../../bots/sandbox/page/controlPanel/calendar.ts";
import { commandsUsed, matching } from "../../bots/sandbox/page/composer.ts";
import { sizeOf } from "../../bots/sandbox/page/files.ts";
import { safeFile, safeLink } from "../../bots/sandbox/page/dom.ts";

test("Only https is a link", () => {
  expect(safeLink("https://luma.com/x")).toBe("https://luma.com/x");
  for (const url of ["http://luma.com", "javascript:alert(1)", "/here", "https://", "data:,x"]) {
    expect(safeLink(url)).toBeUndefined();
  }
});

test("A file comes from the sandbox or over https", () => {
  const origin = "http://127.0.0.1:4545";
  expect(safeFile("/files/1", origin)).toBe("http://127.0.0.1:4545/files/1");
  expect(safeFile("https://images.example/a.png", origin)).toBe("https://images.example/a.png");
  for (const url of [
    "http://127.0.0.1:9/x",
    "javascript:alert(1)",
    "data:text/html,x",
    "//a.b/c",
  ]) {
    expect(safeFile(url, origin)).toBeUndefined();
  }
});

test("Sizes are short", () => {
  expect([0, 999, 1200, 18_240, 999_600, 12_000_000].map(sizeOf)).toEqual([
    "0 B",
    "999 B",
    "1.2 kB",
    "18 kB",
    "1.0 MB",
    "12 MB",
  ]);
});

test("Commands that begin with what was typed come first", () => {
  const commands = ["calendar", "event", "events", "unevent"].map((name) => ({ name }));
  expect(matching(commands, "event").map(({ name }) => name)).toEqual([
    "event",
    "events",
    "unevent",
  ]);
  expect(matching(commands, "")).toHaveLength(4);
});

test("A slug is made of the title's letters, and is never empty", () => {
  expect(slugOf("Café & Códigos!", 0)).toBe("cafe-codigos-0");
  expect(slugOf("日本", 0)).toBe("event-0");
});

test("A form's times come back as they were", () => {
  const at = Date.parse("2026-03-10T18:30:00Z");
  expect(Date.parse(localInput(at))).toBe(at);
});

test("An event without a place is online; an end before the start is left out", () => {
  const form = { slug: "a", title: " A ", start: "2026-03-10T18:00", end: "2026-03-10T17:00" };
  const start = new Date(form.start).toISOString();
  expect(tidyEvent({ ...form, place: " " })).toEqual({
    slug: "a",
    title: "A",
    start,
    online: true,
  });
  expect(tidyEvent({ ...form, place: "Roof" })).toMatchObject({ location: { name: "Roof" } });
});

test("The bot's next new message is the answer to a command", () => {
  const used = commandsUsed();
  used.see([said("1", "plaza", 0)]);
  used.begin("/events", 5000);
  used.see([said("1", "plaza", 0), said("2", "leo", 5001), said("3", "plaza", 5002)]);
  used.see([said("4", "plaza", 5003)]);
  expect(["1", "2", "3", "4"].map(used.commandOf)).toEqual([
    undefined,
    undefined,
    "/events",
    undefined,
  ]);
});

function said(id: string, from: string, at: number) {
  return { id, from, at, text: "" };
}
