import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sceneOf } from "../../bots/pictures/png.ts";
import { boxOf, overlap, type Scene } from "../../bots/pictures/scene.ts";
import { drawable } from "../../bots/pictures/words.ts";
import type { Picture } from "../../shared/messages/message.ts";
import { locales } from "../../shared/texts/index.ts";
import { bars, map, weeks } from "../support/pictures/examples.ts";
import { inkedColumns, overhang } from "../support/pictures/ink.ts";

/** Texts that leave the frame, and pairs that lie on each other, as the layout has them. */
function faults({ width, height, texts }: Scene): string[] {
  const boxes = texts.map((text) => ({ ...text, box: boxOf(text) }));
  const outside = boxes.filter(
    ({ box }) => box.left < 0 || box.top < 0 || box.right > width || box.bottom > height,
  );
  const pairs = boxes.flatMap((one, index) =>
    boxes
      .slice(index + 1)
      .filter((other) => overlap(one.box, other.box))
      .map((other) => `${one.text} / ${other.text}`),
  );
  return [...outside.map(({ text }) => text), ...pairs];
}

const cases = locales.flatMap((locale) => [
  ...[1, 12, 60].flatMap((count) => [
    { locale, what: `${count} bars`, picture: bars(locale, count) },
    { locale, what: `a map of ${count} in five towns`, picture: map(locale, count) },
    { locale, what: `a map of ${count} all over`, picture: map(locale, count, true) },
  ]),
  ...[1, 12, 52].map((count) => ({
    locale,
    what: `${count} weeks`,
    picture: weeks(locale, count),
  })),
]);

describe("no text leaves the frame or lies on another", () => {
  test.each(cases)("$what, in $locale", async ({ locale, picture }) => {
    const scene = await sceneOf(picture, { locale });
    expect(faults(scene)).toEqual([]);
    for (const { size } of scene.texts) expect(size).toBeGreaterThanOrEqual(20);
  });

  // What the layout believes a text to be is what the drawing library makes of it.
  test.each(cases)("and the ink stays in its box: $what, in $locale", async (one) => {
    const { texts } = await sceneOf(one.picture, one);
    expect(texts.filter((text) => overhang(text) >= 2)).toEqual([]);
  });

  test.each(cases.filter(({ picture }) => picture.kind !== "map"))(
    "and the margins stay white: $what, in $locale",
    async (one) => {
      const columns = inkedColumns(await sceneOf(one.picture, one));
      expect(columns[0]).toBeGreaterThanOrEqual(38);
      expect(columns.at(-1)).toBeLessThanOrEqual(762);
    },
  );
});

const label = fc.string({ unit: fc.oneof(anyCharacter(), fc.constant(" ")), maxLength: 90 });
const cents = fc.oneof(fc.nat(200), fc.nat(50_000_000));
const anyPicture: fc.Arbitrary<Picture> = fc.oneof(
  fc.record({
    kind: fc.constant("bars" as const),
    title: label,
    alt: label,
    note: label,
    bars: fc.array(fc.record({ label, cents }), { maxLength: 70 }),
    rest: fc.record({ count: fc.nat(2_000), cents }),
  }),
  fc.record({
    kind: fc.constant("weeks" as const),
    title: label,
    alt: label,
    weeks: fc.array(cents, { maxLength: 52 }).map((all) =>
      all.map((amount, index) => ({
        weekStartDate: Date.UTC(2025, 10, 3) + index * 604_800_000,
        cents: amount,
      })),
    ),
  }),
  fc.record({
    kind: fc.constant("map" as const),
    title: label,
    alt: label,
    places: fc.array(
      fc.record({
        label,
        cents,
        latitude: fc.integer({ min: -90, max: 90 }),
        longitude: fc.integer({ min: -180, max: 180 }),
      }),
      { maxLength: 30 },
    ),
  }),
);

test("whatever it is about, and in whatever script", async () => {
  await fc.assert(
    fc.asyncProperty(anyPicture, fc.constantFrom(...locales), async (picture, locale) => {
      const scene = await sceneOf(picture, { locale });
      expect(faults(scene)).toEqual([]);
      // Within what Telegram takes as a photo.
      expect(scene.width + scene.height).toBeLessThanOrEqual(10_000);
      expect(scene.width / scene.height).toBeLessThan(20);
    }),
    { numRuns: 150 },
  );
});

test("a text of any script is as wide as it was measured, or narrower", () => {
  fc.assert(
    fc.property(label, (words) => {
      const face = { size: 24, weight: "bold", anchor: "start", color: "#000" } as const;
      const text = { ...face, text: drawable(words), x: 1_000, y: 1_000 };
      expect(overhang(text)).toBeLessThan(6);
    }),
    { numRuns: 2_000 },
  );
});

test.each(["\u{eb3}", "\u{1696}"])(
  "the letter %s, wider than it says, is drawn as one that is not there",
  (letter) => {
    expect(drawable(`a${letter}b`)).toBe("a□b");
  },
);

/** Letters of many scripts, marks, emoji, controls, halves of pairs. */
function anyCharacter(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
    fc.constantFrom(
      "🍲",
      "👩‍👩‍👧",
      "漢",
      "é",
      "ñ",
      "<",
      "&",
      "שׁ",
      "ع",
      "\u202e",
      "\u0301",
      "\u0360",
      "\ud83c",
    ),
  );
}
