import fc from "fast-check";
import { expect, test } from "vitest";
import { readKinds } from "../../shared/commands/community/channelSettings.ts";
import { readPlace } from "../../shared/commands/giving/charityForms.ts";
import { readVerb } from "../../shared/commands/args.ts";

test.each([
  ["Casa Azul 19.43 -99.13", "Casa Azul", { latitude: 19.43, longitude: -99.13 }],
  ["Casa Azul 19.43, -99.13", "Casa Azul", { latitude: 19.43, longitude: -99.13 }],
  ["Casa 12 19 -99", "Casa 12", { latitude: 19, longitude: -99 }],
  ["  Casa   Azul off ", "Casa Azul", null],
  ["Casa Azul ninguno", "Casa Azul", null],
  ["Casa Azul", "Casa Azul", undefined],
  ["Casa Azul 19.43", "Casa Azul 19.43", undefined],
  ["Casa Azul 19,43 -99,13", "Casa Azul", { latitude: 19.43, longitude: -99.13 }],
  ["Casa Azul 19.43,-99.13", "Casa Azul", { latitude: 19.43, longitude: -99.13 }],
  ["19.43 -99.13", "", { latitude: 19.43, longitude: -99.13 }],
  ["Casa 1234 5", "Casa 1234 5", undefined],
  ["", "", undefined],
])("a place behind a name is read: %s", (written, name, place) => {
  expect(readPlace(written)).toEqual({ name, place });
});

test("whatever is written, it is read at once", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("1", ".", ",", " ", "-", "a"), maxLength: 4096 }),
      (text) => {
        const { name, place } = readPlace(text);
        expect(name.length).toBeLessThanOrEqual(text.length);
        const { latitude = 0, longitude = 0 } = place ?? {};
        expect(Number.isFinite(latitude + longitude)).toBe(true);
      },
    ),
  );
});

test("a verb is read from the option or the first word, with or without its accents", () => {
  const read = (words: string[], named = {}) => readVerb({ words, named }, "charity-verb");
  expect(read(["Añadir", "Casa"])).toEqual({ verb: "add", words: ["Casa"] });
  expect(read(["Casa"], { action: "add" })).toEqual({ verb: "add", words: ["Casa"] });
  expect(read(["toString"])).toEqual({ verb: undefined, words: ["toString"] });
  expect(read([])).toEqual({ verb: undefined, words: [] });
});

test("everything a chat is told includes distributions, and cards only by their names", () => {
  expect(readKinds("all")).toContain("distribution");
  expect(readKinds("todo")).not.toContain("charity");
  expect(readKinds("distribuciones, organizaciones")).toEqual(["distribution", "charity"]);
});
