import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shareOut } from "../../shared/money/shareOut.ts";
import { need, sum } from "../support/convex/givingWeek.ts";

const claims = fc
  .array(need, { minLength: 1, maxLength: 40 })
  .map((all) =>
    all
      .map(({ urgency, gap }, index) => ({ id: `c${index + 10}`, weight: urgency * gap, gap }))
      .filter(({ weight }) => weight > 0),
  );
const money = fc.oneof(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: 1e12 }));
const runs = { numRuns: 2000 };

describe("sharing out by weight", () => {
  test("the sum is exact, and each share is between 0 and its gap", () => {
    fc.assert(
      fc.property(claims, money, (all, cents) => {
        const shares = shareOut(cents, all);
        expect(sum(shares.cents) + shares.left).toBe(cents);
        all.forEach(({ gap }, index) => {
          expect(shares.cents[index]).toBeGreaterThanOrEqual(0);
          expect(shares.cents[index]).toBeLessThanOrEqual(gap);
        });
        const isFull = all.every(({ gap }, index) => shares.cents[index] === gap);
        expect(shares.left === 0 || isFull).toBe(true);
      }),
      runs,
    );
  });

  test("it is water-filling: unfilled claims are within two cents of their proportional share", () => {
    fc.assert(
      fc.property(claims, money, (all, cents) => {
        const shares = shareOut(cents, all);
        const open = all
          .map((claim, index) => ({ ...claim, cents: BigInt(shares.cents[index] ?? 0) }))
          .filter(({ gap, cents }) => cents < BigInt(gap));
        const paid = open.reduce((total, one) => total + one.cents, 0n);
        const weights = open.reduce((total, { weight }) => total + BigInt(weight), 0n);
        for (const one of open) {
          const off = one.cents * weights - paid * BigInt(one.weight);
          // One cent of rounding, and one because the rounding of another claim can fill its gap.
          expect(off < 2n * weights && off > -2n * weights).toBe(true);
        }
      }),
      runs,
    );
  });

  test("a filled claim's proportional share is at least its gap", () => {
    fc.assert(
      fc.property(claims, money, (all, cents) => {
        const shares = shareOut(cents, all);
        const isOpen = (index: number) => (shares.cents[index] ?? 0) < (all[index]?.gap ?? 0);
        const open = all.filter((_, index) => isOpen(index));
        const paid = BigInt(sum(shares.cents.filter((_, index) => isOpen(index))));
        const weights = open.reduce((total, { weight }) => total + BigInt(weight), 0n);
        all.forEach(({ weight, gap }, index) => {
          if (isOpen(index) || open.length === 0) return;
          // Except for one cent of rounding.
          expect((paid + BigInt(open.length)) * BigInt(weight) >= BigInt(gap - 1) * weights).toBe(
            true,
          );
        });
      }),
      runs,
    );
  });

  test("equal weights differ by a cent at most, and ties go by id", () => {
    const equal = ["b", "a", "c"].map((id) => ({ id, weight: 7, gap: 1000 }));
    expect(shareOut(100, equal)).toEqual({ cents: [33, 34, 33], left: 0 });
    expect(shareOut(101, equal)).toEqual({ cents: [34, 34, 33], left: 0 });
  });

  test("the excess of a filled claim goes to the others in proportion", () => {
    const all = [
      { id: "a", weight: 10, gap: 10 },
      { id: "b", weight: 20, gap: 1000 },
      { id: "c", weight: 10, gap: 1000 },
    ];
    expect(shareOut(100, all)).toEqual({ cents: [10, 60, 30], left: 0 });
  });

  test("intermediate results beyond 53 bits are exact", () => {
    const all = [
      { id: "a", weight: 9_000_000_000_000_000, gap: 1e12 },
      { id: "b", weight: 9_000_000_000_000_000, gap: 1e12 },
    ];
    expect(shareOut(999_999_999_999, all).cents).toEqual([500_000_000_000, 499_999_999_999]);
  });
});
