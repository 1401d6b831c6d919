import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cleanName, plain } from "../../shared/messages/sanitize.ts";
import { withoutInvisible } from "../../shared/messages/invisible.ts";

// Names of characters that nobody sees, and names that differ by them alone.

const unseen = [
  "\u00ad",
  "\u034f",
  "\u115f",
  "\u1160",
  "\u180e",
  "\u200b",
  "\u200c",
  "\u200d",
  "\u2060",
  "\u2063",
  "\u2800",
  "\u3164",
  "\ufe0f",
  "\ufeff",
  "\uffa0",
  "\u{e0061}",
  "\u{e0101}",
];

test.each(unseen)("a name of %j alone is none", (one) => {
  expect(cleanName(one.repeat(3), 64)).toBe("");
});

test("two names never differ by them alone", () => {
  const letters = fc.stringMatching(/^[A-Za-z]{1,8}$/);
  const places = fc.array(
    fc.tuple(fc.nat(8), fc.constantFrom(...unseen.filter((one) => one !== "\u2800"))),
  );
  fc.assert(
    fc.property(letters, places, (name, inserted) => {
      const characters = Array.from(name);
      for (const [at, one] of inserted) characters.splice(at, 0, one);
      const spoofed = characters.join("");
      expect(cleanName(spoofed, 64)).toBe(name);
      expect(plain(spoofed)).toBe(plain(name));
    }),
    { numRuns: 1_000 },
  );
});

describe("what needs them keeps them", () => {
  test.each([
    "👩‍👩‍👧‍👦 Family",
    "🏳️‍🌈",
    "👍🏽",
    "❤️",
    "1️⃣",
    "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
    "🇲🇽 México",
    "José Ñandú",
    "नमस्ते क्‍ष",
    "می‌خواهم",
    "山田 太郎",
    "한국어",
  ])("%s", (name) => {
    expect(cleanName(name, 64)).toBe(name);
  });
});

test("nothing is added, and doing it twice changes nothing", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const once = withoutInvisible(text);
      expect(once.length).toBeLessThanOrEqual(text.length);
      expect(withoutInvisible(once)).toBe(once);
    }),
    { numRuns: 1_000 },
  );
});
