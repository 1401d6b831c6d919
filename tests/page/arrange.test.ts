import { expect, test } from "vitest";
import { arrange } from "../../bots/sandbox/page/layout.ts";

const noon = Date.parse("2026-03-10T12:00:00Z");
const reader = { language: "en", zone: "UTC", now: noon };
const message = (id: string, from: string, minutes: number, more = {}) => ({
  id,
  from,
  at: noon + minutes * 60_000,
  text: id,
  ...more,
});

function shape(messages: ReturnType<typeof message>[]): string[] {
  return arrange(messages, reader).map((item) =>
    item.kind === "day"
      ? item.label
      : `${item.opens ? "[" : ""}${item.message.id}${item.closes ? "]" : ""}`,
  );
}

test("Messages of one person in a row are a group", () => {
  const messages = [message("a", "ana", 0), message("b", "ana", 1), message("c", "plaza", 2)];
  expect(shape(messages)).toEqual(["Today", "[a", "b]", "[c]"]);
});

test("After seven minutes a new group begins", () => {
  expect(shape([message("a", "ana", 0), message("b", "ana", 8)])).toEqual(["Today", "[a]", "[b]"]);
});

test("A new day is told, once", () => {
  const messages = [message("a", "ana", -1440), message("b", "ana", 0), message("c", "leo", 0)];
  expect(shape(messages)).toEqual(["Yesterday", "[a]", "Today", "[b]", "[c]"]);
});

test("What only one person sees stands by itself", () => {
  const messages = [message("a", "plaza", 0), message("b", "plaza", 0, { ephemeral: true })];
  expect(shape(messages)).toEqual(["Today", "[a]", "[b]"]);
});

test("Deleted messages are not there", () => {
  const messages = [message("a", "ana", 0), message("b", "leo", 0, { deleted: true })];
  expect(shape([...messages, message("c", "ana", 0)])).toEqual(["Today", "[a", "c]"]);
  expect(shape([])).toEqual([]);
});
