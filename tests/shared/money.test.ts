import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cityKeyOf } from "../../shared/money/city.ts";
import { formatMoney, readMoney, weeklyAmount, weeklyAmounts } from "../../shared/money/money.ts";
import { readReason, writeReason } from "../../shared/money/shareFacts.ts";
import { weekMs, weekNumber, weekStart } from "../../shared/time/week.ts";

const cents = fc.oneof(
  fc.integer({ min: 0, max: 10_000 }),
  fc.integer({ min: 0, max: 9_999_999 }).map((whole) => whole * 100),
  fc.integer({ min: 0, max: 99_999_999_999 }),
);
const locale = fc.constantFrom("en" as const, "es" as const);
const runs = { numRuns: 2000 };

describe("money", () => {
  test("that was written is read as it was, in both languages", () => {
    fc.assert(
      fc.property(cents, locale, (amount, language) => {
        expect(readMoney(formatMoney(amount, language))).toBe(amount);
      }),
      runs,
    );
  });

  test("is written with its cents or without, and never with one digit of them", () => {
    expect(formatMoney(1200, "en")).toBe("$12");
    expect(formatMoney(1250, "en")).toBe("$12.50");
    expect(formatMoney(123_405, "es")).toBe("1.234,05\u00a0US$");
    fc.assert(
      fc.property(cents, locale, (amount, language) => {
        const [, after] = /[.,](\d{1,2})(?!\d)/.exec(formatMoney(amount, language)) ?? [];
        expect(after).toBe(amount % 100 === 0 ? undefined : String(amount % 100).padStart(2, "0"));
      }),
      runs,
    );
  });

  test("that differs is written differently", () => {
    fc.assert(
      fc.property(cents, cents, locale, (one, other, language) => {
        const isSame = formatMoney(one, language) === formatMoney(other, language);
        expect(isSame).toBe(one === other);
      }),
      runs,
    );
  });

  test.each([
    ["5", 500],
    ["$5", 500],
    [" 5 USD ", 500],
    ["US$ 5", 500],
    ["12.5", 1250],
    ["12,50 US$", 1250],
    ["12,50$", 1250],
    ["1,234", 123_400],
    ["1.234", 123_400],
    ["1,234,567.8", 123_456_780],
    ["1.234.567,89", 123_456_789],
    ["0", 0],
  ])("%s is read", (text, amount) => {
    expect(readMoney(text)).toBe(amount);
  });

  const noAmounts = ["", "five", "-5", "5-10", "5 6", "5,", ".5", "$", "5e3", "0x10", "５"];
  const badlyGrouped = ["1,23,456", "1,2345", "1.234.5", "1,234,56", "1,234.567", "12.345.67"];
  const tooMuch = ["1234567890", "1,234,567,890", "Infinity"];
  test.each([...noAmounts, ...badlyGrouped, ...tooMuch, "5 €", "5%", "NaN"])(
    "%s is no amount",
    (text) => {
      expect(readMoney(text)).toBeUndefined();
    },
  );

  test("that is read is whole cents, whatever is written", () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from("0123456789.,$ usdUSD-e")) });
    fc.assert(
      fc.property(text, (written) => {
        const amount = readMoney(written);
        if (amount === undefined) return;
        expect(Number.isSafeInteger(amount) && amount >= 0).toBe(true);
      }),
      runs,
    );
  });
});

describe("the price table", () => {
  test("rises in whole cents, and nothing else is a price", () => {
    expect(weeklyAmounts.toSorted((a, b) => a - b)).toEqual(weeklyAmounts);
    fc.assert(
      fc.property(fc.oneof(cents, fc.double(), fc.constantFrom(...weeklyAmounts)), (amount) => {
        const isPrice = weeklyAmounts.some((price) => price === amount);
        expect(weeklyAmount(amount)).toBe(isPrice ? amount : undefined);
      }),
      runs,
    );
  });

  test("is written in whole dollars, which can be read again", () => {
    for (const price of weeklyAmounts)
      for (const language of ["en", "es"] as const) {
        expect(formatMoney(price, language)).not.toMatch(/[.,]/);
        expect(readMoney(formatMoney(price, language))).toBe(price);
      }
  });
});

describe("a city's key", () => {
  const anyText = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: "grapheme" }),
    fc.constantFrom(
      "Ciudad de México",
      "São Paulo",
      "İstanbul",
      "Gießen",
      "Ñuñoa",
      "東京",
      "ΑΘΗΝΑΣ",
    ),
  );

  test("is the key of itself", () => {
    fc.assert(
      fc.property(anyText, (city) => {
        expect(cityKeyOf(cityKeyOf(city))).toBe(cityKeyOf(city));
      }),
      { numRuns: 5000 },
    );
  });

  test("has no capitals, no accents, and single spaces between its words", () => {
    fc.assert(
      fc.property(anyText, (city) => {
        expect(cityKeyOf(city)).toMatch(/^(?:[\p{L}\p{N}]+(?: [\p{L}\p{N}]+)*)?$/u);
        expect(cityKeyOf(city)).not.toMatch(/\p{M}|[A-Z]/u);
      }),
      runs,
    );
  });

  const spelled = fc.array(fc.constantFrom(...Array.from("abcdefgñáéíóúüçßãőżøABCNÑÁÉÜÇ -'.東5")), {
    minLength: 1,
    maxLength: 20,
  });
  test("is the same however the city is spelled", () => {
    fc.assert(
      fc.property(spelled, (letters) => {
        const city = letters.join("");
        const key = cityKeyOf(city);
        for (const other of [
          city.toUpperCase(),
          city.toLowerCase(),
          city.normalize("NFD"),
          city.normalize("NFC"),
          `  ${city}. `,
          city.replaceAll(" ", " - "),
        ])
          expect(cityKeyOf(other)).toBe(key);
      }),
      runs,
    );
  });

  test.each([
    ["  Ciudad de México ", "ciudad de mexico"],
    ["CIUDAD  DE MEXICO", "ciudad de mexico"],
    ["Gießen", "giessen"],
    ["Saint-Étienne", "saint etienne"],
    ["İstanbul", "istanbul"],
    ["Bogotá, D.C.", "bogota d c"],
    ["…", ""],
  ])("of %s is %s", (city, key) => {
    expect(cityKeyOf(city)).toBe(key);
  });

  test("tells different cities apart", () => {
    const cities = ["Bogotá", "Bogor", "La Paz", "Lapaz", "東京", "京都", "León", "Lyon"];
    expect(new Set(cities.map(cityKeyOf)).size).toBe(cities.length);
  });
});

describe("a reason", () => {
  const reason = fc.record({
    urgency: fc.integer({ min: 0, max: 100 }),
    gap: fc.integer({ min: 0, max: 999_999_999_999_999 }),
  });
  test("that was written is read as it was", () => {
    fc.assert(
      fc.property(reason, (one) => {
        expect(readReason(writeReason(one))).toEqual(one);
      }),
      runs,
    );
  });

  test("is nothing that was not written as one", () => {
    const other = fc.oneof(
      fc.string(),
      fc.tuple(fc.string(), fc.string()).map(([one, two]) => `need|${one}|${two}`),
      fc.tuple(fc.nat(2000), fc.nat()).map(([one, two]) => `need|${one}|${two}`),
      fc.constantFrom(
        "need|080|5",
        "need|80|05",
        "need|101|5",
        "need|80|5\n",
        "need|80|",
        "Need|1|1",
      ),
    );
    fc.assert(
      fc.property(other, (text) => {
        const read = readReason(text);
        if (read === null) return;
        expect(writeReason(read)).toBe(text);
        expect(read.urgency).toBeLessThanOrEqual(100);
      }),
      runs,
    );
  });
});

describe("a week", () => {
  const at = fc.integer({ min: -1e13, max: 4e14 });

  test("begins on the Monday, 00:00 UTC, at or before a moment", () => {
    fc.assert(
      fc.property(at, (moment) => {
        const start = new Date(weekStart(moment));
        expect(start.getUTCDay()).toBe(1);
        expect(start.toISOString()).toMatch(/T00:00:00\.000Z$/);
        expect(moment - start.getTime()).toBeGreaterThanOrEqual(0);
        expect(moment - start.getTime()).toBeLessThan(weekMs);
      }),
      runs,
    );
  });

  test("is its own beginning, and the next one follows at once", () => {
    fc.assert(
      fc.property(at, (moment) => {
        const start = weekStart(moment);
        expect(weekStart(start)).toBe(start);
        expect(weekStart(start - 1)).toBe(start - weekMs);
        expect(weekStart(start + weekMs - 1)).toBe(start);
        expect(weekNumber(start + weekMs)).toBe(weekNumber(moment) + 1);
      }),
      runs,
    );
  });

  test("is the same on both sides of a change of clocks", () => {
    for (const day of ["2026-03-29", "2026-10-25", "2026-12-31"]) {
      const moments = ["T00:00:00Z", "T01:59:59Z", "T23:59:59.999Z"].map((hour) =>
        weekStart(Date.parse(`${day}${hour}`)),
      );
      expect(new Set(moments).size).toBe(1);
    }
  });
});
