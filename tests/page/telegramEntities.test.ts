import { expect, test } from "vitest";
import { plain } from "../../bots/sandbox/page/text/draw.ts";
import { telegramText } from "../../bots/sandbox/page/text/telegramEntities.ts";

test("Text without entities stays one text", () => {
  expect(telegramText("hello")).toEqual(["hello"]);
  expect(telegramText("")).toEqual([]);
});

test("Offsets count UTF-16 units, as Telegram does", () => {
  expect(telegramText("🌱 Garden", [{ type: "bold", offset: 3, length: 6 }])).toEqual([
    "🌱 ",
    { as: "bold", children: ["Garden"] },
  ]);
});

test("An entity inside another is inside it, in whichever order they come", () => {
  const entities = [
    { type: "bold", offset: 4, length: 4 },
    { type: "text_link", offset: 0, length: 12, url: "https://luma.com/x" },
  ];
  const nested = [
    {
      as: "link",
      url: "https://luma.com/x",
      children: ["Day ", { as: "bold", children: ["demo"] }, " now"],
    },
  ];
  expect(telegramText("Day demo now", entities)).toEqual(nested);
  expect(telegramText("Day demo now", entities.toReversed())).toEqual(nested);
});

test("Entities over the same text are both there", () => {
  const both = [
    { type: "bold", offset: 0, length: 4 },
    { type: "italic", offset: 0, length: 4 },
  ];
  expect(telegramText("both", both)).toEqual([
    { as: "bold", children: [{ as: "italic", children: ["both"] }] },
  ]);
});

test("Of entities that cross, the later one is cut in two", () => {
  const crossing = [
    { type: "bold", offset: 0, length: 4 },
    { type: "italic", offset: 2, length: 4 },
  ];
  expect(telegramText("abcdefgh", crossing)).toEqual([
    { as: "bold", children: ["ab", { as: "italic", children: ["cd"] }] },
    { as: "italic", children: ["ef"] },
    "gh",
  ]);
});

test("However entities cross, no character is lost or doubled", () => {
  const text = "The quick 🦊 jumps";
  for (let seed = 1; seed < 400; seed += 1) {
    const entities = [7, 11, 13, 17].map((prime, index) => ({
      type: ["bold", "italic", "code", "underline"][index] ?? "bold",
      offset: (seed * prime) % text.length,
      length: 1 + ((seed * prime * 3) % 9),
    }));
    expect(plain(telegramText(text, entities))).toBe(text);
  }
});

test("Entities outside the text are cut, empty ones are dropped", () => {
  const entities = [
    { type: "bold", offset: 2, length: 50 },
    { type: "italic", offset: 9, length: 3 },
    { type: "italic", offset: 1, length: 0 },
  ];
  expect(telegramText("four", entities)).toEqual(["fo", { as: "bold", children: ["ur"] }]);
});

test("Only https becomes a link", () => {
  expect(linked("https://luma.com/")).toEqual([
    { as: "link", url: "https://luma.com/", children: ["here"] },
  ]);
  for (const url of ["http://luma.com", "javascript:alert(1)", "tg://user?id=1", "https://"]) {
    expect(linked(url)).toEqual(["here"]);
  }
});

test("A bare address, a command and a time are what they are", () => {
  const text = "/events https://luma.com/x Fri 18:00";
  const entities = [
    { type: "bot_command", offset: 0, length: 7 },
    { type: "url", offset: 8, length: 18 },
    { type: "date_time", offset: 27, length: 9 },
  ];
  expect(telegramText(text, entities)).toEqual([
    { as: "command", text: "/events" },
    " ",
    { as: "link", url: "https://luma.com/x", children: ["https://luma.com/x"] },
    " ",
    { as: "time", children: ["Fri 18:00"] },
  ]);
});

test("An entity nobody knows leaves its text", () => {
  expect(telegramText("odd one", [{ type: "new_thing", offset: 0, length: 3 }])).toEqual([
    "odd",
    " one",
  ]);
});

function linked(url: string) {
  return telegramText("here", [{ type: "text_link", offset: 0, length: 4, url }]);
}
