import fc from "fast-check";
import { expect, test } from "vitest";
import { parseArgs } from "../../shared/commands/args.ts";
import {
  readAgenda,
  readKinds,
  readReminders,
} from "../../shared/commands/community/channelSettings.ts";

const names = ["zone", "luma", "reminders", "agenda"];
const options = names.map((name) => ({ name }));

test("words come first, names take everything up to the next name", () => {
  expect(
    parseArgs(
      "add Frutero  Club zone=America/Mexico_City agenda=monday 9 luma=luma.com/x",
      options,
    ),
  ).toEqual({
    words: ["add", "Frutero", "Club"],
    named: { zone: "America/Mexico_City", agenda: "monday 9", luma: "luma.com/x" },
  });
});

test("an address is not taken for a name, and quotes around a value are dropped", () => {
  expect(parseArgs('https://luma.com/x luma:"luma.com/y" ZONE=UTC', options)).toEqual({
    words: ["https://luma.com/x"],
    named: { luma: "luma.com/y", zone: "UTC" },
  });
});

test("an option has other names too, with or without accents", () => {
  expect(parseArgs("TZ=UTC", options).named).toEqual({ zone: "UTC" });
  expect(parseArgs("Zóna: Europe/Madrid", options).named).toEqual({ zone: "Europe/Madrid" });
});

test("whatever people type is read without an error", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const { words, named } = parseArgs(text, options);
      expect(words.every((word) => text.includes(word))).toBe(true);
      expect(Object.keys(named).every((name) => names.includes(name))).toBe(true);
    }),
  );
});

test("kinds, reminders and agendas are understood in both languages", () => {
  expect(readKinds("all")).toHaveLength(6);
  expect(readKinds("nuevos, cancelados")).toEqual(["new", "cancelled"]);
  expect(readKinds("new nonsense")).toBeNull();
  expect(readKinds("toString")).toBeNull();
  expect(readReminders("día, hora")).toEqual([1440, 60]);
  expect(readReminders("none")).toEqual([]);
  expect(readReminders("yesterday")).toBeNull();
  expect(readAgenda("miércoles 18:00")).toEqual({ every: "week", hour: 18, weekday: 3 });
  expect(readAgenda("daily")).toEqual({ every: "day", hour: 9 });
  expect(readAgenda("off")).toBeNull();
  expect(readAgenda("daily 25")).toBeUndefined();
  expect(readAgenda("someday 9")).toBeUndefined();
});
