import fc from "fast-check";
import { countGifts, noGifts } from "../../../shared/money/giftCounts.ts";
import { type Plan, planCity } from "../../../shared/money/planCity.ts";
import { type Claim, splitGift, type Stream } from "../../../shared/money/shareOut.ts";
import { weekStart } from "../../../shared/time/week.ts";

// Distributes a city's week in memory, as the run does in batches, and generates random cities.

export type Gift = { id: string; amount: number };
export type Given = { gift: Gift; rows: { id: string; amount: number }[]; carried: number };
export type City = { gifts: Gift[]; claims: Claim[]; week: number; reach: number };

/** Distributes all gifts, the largest first. */
export function distribute({ gifts, claims, week, reach }: City): { plan: Plan; given: Given[] } {
  const counted = countGifts(
    noGifts,
    gifts.map(({ amount }) => amount),
  );
  const plan = planCity(counted, claims, week, reach);
  const streams = {
    small: streamOf(plan, "small"),
    large: streamOf(plan, "large"),
    smallRows: plan.smallRows,
  };
  const sorted = gifts.toSorted((a, b) => b.amount - a.amount || (a.id < b.id ? -1 : 1));
  const given = sorted.map((gift) => ({ gift, ...splitGift(gift.amount, streams) }));
  return { plan, given };
}

function streamOf({ charities }: Plan, stream: "small" | "large"): Stream {
  const segments = charities
    .filter((one) => one.stream === stream)
    .map(({ id, amount }) => ({ id, amount, given: 0 }));
  return { segments, at: 0 };
}

export const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

const prices = fc.constantFrom(100, 200, 300, 500, 1000, 2000, 5000, 10_000);
const cents = fc.oneof(
  { weight: 3, arbitrary: prices },
  fc.integer({ min: 1, max: 20_000 }),
  fc.integer({ min: 1, max: 3 }),
);
const few = fc.integer({ min: 0, max: 5 });
const some = fc.integer({ min: 0, max: 5000 });
const wide = fc.integer({ min: 1_000_000, max: 1_000_000_000_000 });

/** One need: urgency 0 to 100 and a gap. */
export const need = needOf(fc.oneof(few, some, wide));

function needOf(gap: fc.Arbitrary<number>) {
  return fc.record({ urgency: fc.integer({ min: 0, max: 100 }), gap });
}

/** Cities of every kind: no, one or many gifts and charities, gaps from a cent to billions. */
export const city = cityOf(need);
/** Cities whose gaps are much larger than the gifts. */
export const wideCity = cityOf(needOf(wide));
/** Cities whose gaps are filled. */
export const tightCity = cityOf(needOf(fc.oneof(few, some)));

/** Many gifts for charities of very different size: some receive less than a gift, some several. */
export const unevenCity = cityOf(
  needOf(fc.integer({ min: 12, max: 24 }).map((power) => 2 ** power)),
  fc.array(fc.constantFrom(100, 100, 200), { minLength: 10, maxLength: 60 }),
);

function cityOf(
  one: typeof need,
  amounts: fc.Arbitrary<number[]> = fc.array(cents, { maxLength: 30 }),
): fc.Arbitrary<City> {
  return fc.record({
    gifts: named("g", amounts).map((all) => all.map(({ id, one: amount }) => ({ id, amount }))),
    claims: named("c", fc.array(one, { maxLength: 25 })).map((all) =>
      all.map(({ id, one: { urgency, gap } }) => ({ id, weight: urgency * gap, gap })),
    ),
    week: fc
      .integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2040, 0, 1) })
      .map((at) => weekStart(at)),
    reach: fc.constantFrom(5, 5, 5, 3, 8),
  });
}

function named<T>(letter: string, list: fc.Arbitrary<T[]>) {
  return list.map((all) => all.map((one, index) => ({ id: `${letter}${index + 10}`, one })));
}
