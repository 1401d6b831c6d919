import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countGifts, noGifts } from "../../shared/money/giftCounts.ts";
import { planCity } from "../../shared/money/planCity.ts";
import type { Claim } from "../../shared/money/shareOut.ts";
import { weekMs } from "../../shared/time/week.ts";
import {
  city,
  type City,
  distribute,
  sum,
  tightCity,
  unevenCity,
  wideCity,
} from "../support/convex/givingWeek.ts";

// Property-based tests: each rule is checked on this number of random cities.
const runs = { numRuns: 2000 };

const isEligible = ({ weight, gap }: Claim) => weight > 0 && gap > 0;

describe("a city's week", () => {
  test("every gift is given or carried over to the cent", () => {
    fc.assert(
      fc.property(city, (one) => {
        const { given } = distribute(one);
        expect(given.length).toBe(one.gifts.length);
        for (const { gift, rows, carried } of given) {
          expect(sum(rows.map(({ amount }) => amount)) + carried).toBe(gift.amount);
          expect(carried).toBeGreaterThanOrEqual(0);
          expect(rows.every(({ amount }) => amount > 0)).toBe(true);
        }
      }),
      runs,
    );
  });

  test("every charity receives its total to the cent, and never more than its gap", () => {
    fc.assert(
      fc.property(city, (one) => {
        const { plan, given } = distribute(one);
        const received = receivedBy(given);
        for (const { id, amount } of plan.charities) {
          expect(received.get(id) ?? 0).toBe(amount);
          expect(amount).toBeLessThanOrEqual(one.claims.find((claim) => claim.id === id)?.gap ?? 0);
        }
        expect([...received.keys()].every((id) => plan.charities.some((c) => c.id === id))).toBe(
          true,
        );
      }),
      runs,
    );
  });

  test("the city's sums are exact: given and carried over add up to paid", () => {
    fc.assert(
      fc.property(city, (one) => {
        const { plan, given } = distribute(one);
        const paid = sum(one.gifts.map(({ amount }) => amount));
        expect(plan.toGive + plan.toCarry).toBe(paid);
        expect(sum(plan.charities.map(({ amount }) => amount))).toBe(plan.toGive);
        expect(sum(given.map(({ carried }) => carried))).toBe(plan.toCarry);
      }),
      runs,
    );
  });

  test("where no gap binds, a charity's total is the floor or the ceiling of its quota", () => {
    fc.assert(
      fc.property(wideCity, (one) => {
        const { plan } = distribute(one);
        const part = plan.charities.map(({ id, amount }) => {
          const { weight, gap } = one.claims.find((claim) => claim.id === id) ?? {
            weight: 0,
            gap: 0,
          };
          return { amount, weight: BigInt(weight), gap };
        });
        expect(part.every(({ amount, gap }) => amount < gap)).toBe(true);
        const weights = part.reduce((total, { weight }) => total + weight, 0n);
        for (const { amount, weight } of part) {
          const product = BigInt(plan.toGive) * weight;
          const floor = product / weights;
          const ceiling = floor + (product % weights === 0n ? 0n : 1n);
          expect([floor, ceiling]).toContain(BigInt(amount));
        }
      }),
      runs,
    );
  });

  test("money is carried over only when every gap that the gifts can reach is filled", () => {
    fc.assert(
      fc.property(tightCity, (one) => {
        const { plan } = distribute(one);
        fc.pre(plan.toCarry > 0);
        const eligible = one.claims.filter(isEligible);
        const full = plan.charities.map(({ id, amount }) => {
          expect(amount).toBe(eligible.find((claim) => claim.id === id)?.gap);
          return amount;
        });
        // Where not all can be reached, these are the largest gaps.
        const largest = eligible.map(({ gap }) => gap).sort((a, b) => b - a);
        expect(full.sort((a, b) => b - a)).toEqual(largest.slice(0, full.length));
        expect(full.length).toBeGreaterThanOrEqual(Math.min(one.reach, eligible.length));
      }),
      runs,
    );
  });

  test("a gift reaches a handful of charities at most, and rows grow with gifts, not with gifts times charities", () => {
    fc.assert(
      fc.property(fc.oneof(city, unevenCity), (one) => {
        const { given } = distribute(one);
        for (const { rows } of given) {
          expect(rows.length).toBeLessThanOrEqual(one.reach);
          expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
        }
        const rows = sum(given.map((gift) => gift.rows.length));
        expect(rows).toBeLessThanOrEqual(2 * one.gifts.length + one.claims.length);
      }),
      runs,
    );
  });

  test("the order in which gifts and charities come does not matter", () => {
    const shuffled = city.chain((one) =>
      fc.record({
        one: fc.constant(one),
        gifts: fc.shuffledSubarray(one.gifts, { minLength: one.gifts.length }),
        claims: fc.shuffledSubarray(one.claims, { minLength: one.claims.length }),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ one, gifts, claims }) => {
        expect(distribute({ ...one, gifts, claims })).toEqual(distribute(one));
      }),
      runs,
    );
  });

  test("all charities with a need take part where one gift can reach them all", () => {
    fc.assert(
      fc.property(city, (one) => {
        const eligible = one.claims.filter(isEligible);
        const few = { ...one, claims: eligible.slice(0, one.reach) };
        const { plan } = distribute(few);
        expect(plan.charities.map(({ id }) => id).sort()).toEqual(
          few.claims.map(({ id }) => id).sort(),
        );
      }),
      runs,
    );
  });
});

function receivedBy(given: ReturnType<typeof distribute>["given"]): Map<string, number> {
  const received = new Map<string, number>();
  for (const { id, amount } of given.flatMap(({ rows }) => rows))
    received.set(id, (received.get(id) ?? 0) + amount);
  return received;
}

const claims = (count: number, gap = 1_000_000): Claim[] =>
  Array.from({ length: count }, (_, index) => ({ id: `c${index + 100}`, weight: 50 * gap, gap }));
const gifts = (count: number, amount = 500) =>
  Array.from({ length: count }, (_, index) => ({ id: `g${index + 100_000}`, amount }));
const monday = Date.UTC(2026, 10, 16);

describe("few gifts for many charities", () => {
  const lonely: City = { gifts: gifts(1), claims: claims(12), week: monday, reach: 5 };

  test("one gift reaches five of them, with equal shares", () => {
    const [only] = distribute(lonely).given;
    expect(only?.rows.map(({ amount }) => amount)).toEqual([100, 100, 100, 100, 100]);
  });

  test("they rotate from week to week, and each is reached within a few weeks", () => {
    const reached = [0, 1, 2].map((weeks) =>
      distribute({ ...lonely, week: monday + weeks * weekMs }).given.flatMap(({ rows }) =>
        rows.map(({ id }) => id),
      ),
    );
    expect(reached[0]).not.toEqual(reached[1]);
    expect(new Set(reached.flat()).size).toBe(12);
  });

  test("three gifts reach as many charities as their rows allow", () => {
    const { plan } = distribute({ ...lonely, gifts: gifts(3) });
    expect(plan.charities.length).toBe(12);
  });
});

describe("many gifts", () => {
  test("a hundred thousand gifts reach a thousand charities, each with two rows at most", () => {
    const counted = { ...noGifts, count: 100_000, amount: 50_000_000, largest: 500 };
    const plan = planCity(
      { ...counted, counts: [{ amount: 500, count: 100_000 }] },
      claims(1000),
      monday,
    );
    expect(plan.charities.length).toBe(1000);
    expect(plan.charities.every(({ stream }) => stream === "large")).toBe(true);
  });

  test("odd amounts are counted in a short list", () => {
    const odd = Array.from({ length: 50_000 }, (_, index) => 10_001 + index * 7);
    const counted = countGifts(noGifts, odd);
    expect(counted.counts.length).toBeLessThan(2_000);
    expect(counted.amount).toBe(sum(odd));
    expect(counted.largest).toBe(Math.max(...odd));
  });

  test("counting in parts equals counting at once", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1e9 })), fc.nat(), (amounts, cut) => {
        const first = countGifts(noGifts, amounts.slice(0, cut));
        expect(countGifts(first, amounts.slice(cut))).toEqual(countGifts(noGifts, amounts));
      }),
    );
  });
});
