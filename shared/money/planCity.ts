import { weekNumber } from "../time/week.ts";
import type { Gifts } from "./giftCounts.ts";
import { type Claim, compareIds, type Segment, shareOut, splitGift } from "./shareOut.ts";

/** The maximum number of charities that one gift reaches. */
export const reach = 5;

export type Planned = { id: string; amount: number; stream: "small" | "large" };

/** The shares that a city's charities receive of a week's gifts; money in cents. */
export type Plan = {
  /** The charities that take part, in the order of their streams; a small share can be 0. */
  charities: Planned[];
  /** The maximum number of rows of one gift in the small stream. */
  smallRows: number;
  toGive: number;
  toCarry: number;
  /** The number of charities with a need. */
  eligible: number;
};

/**
 * Plans a city's week: how much each charity receives. The result does not depend on the order of
 * the claims.
 *
 * A gift reaches at most `maxReached` charities. Where the gifts can reach all charities with a
 * need, all take part. With few gifts and many charities, as many as possible take part, and they
 * rotate from week to week. Money is carried over only when every gap in the city is filled or,
 * where not all charities can be reached, when the largest gaps that can be reached are filled.
 */
export function planCity(
  gifts: Gifts,
  claims: readonly Claim[],
  weekStartDate: number,
  maxReached: number = reach,
): Plan {
  const eligible = claims.filter(({ weight, gap }) => weight > 0 && gap > 0).sort(compareIds);
  const turn = weekNumber(weekStartDate) * maxReached;
  const rotated = rotate(eligible, turn);
  const found =
    forMostClaims(rotated, maxReached, (some) => {
      const plan = planFor(gifts, some, maxReached);
      return plan && (plan.toCarry === 0 || some.length === eligible.length) ? plan : null;
    }) ??
    forMostClaims(eligible.toSorted(byGap), maxReached, (some) =>
      planFor(gifts, rotate(some, turn), maxReached),
    );
  const nothing = { charities: [], smallRows: 0, toGive: 0, toCarry: gifts.amount };
  return { ...(found ?? nothing), eligible: eligible.length };
}

/**
 * The plan for as many of the first claims as possible, found by binary search. There is always a
 * plan for `least` claims: so few that each gift can reach all of them.
 */
function forMostClaims<T>(
  claims: readonly Claim[],
  least: number,
  plan: (some: Claim[]) => T | null,
) {
  const all = plan([...claims]);
  if (all || claims.length <= least) return all;
  let [low, high] = [least, claims.length];
  let best = plan(claims.slice(0, least));
  while (best && high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const better = plan(claims.slice(0, middle));
    if (better) [low, best] = [middle, better];
    else high = middle;
  }
  return best;
}

/** Plans exactly these claims; null where the gifts cannot reach all small charities. */
function planFor(gifts: Gifts, claims: readonly Claim[], maxReached: number) {
  if (claims.length === 0) return null;
  const { cents, left: toCarry } = shareOut(gifts.amount, claims);
  const charities = claims.map(({ id }, index): Planned => {
    const amount = cents[index] ?? 0;
    return { id, amount, stream: amount < gifts.largest ? "small" : "large" };
  });
  const small = charities.filter(({ stream }) => stream === "small");
  const smallRows = maxReached - Math.min(2, charities.length - small.length);
  const isFine = claims.length <= maxReached || isPaid(gifts, small, smallRows);
  return isFine ? { charities, smallRows, toGive: gifts.amount - toCarry, toCarry } : null;
}

/**
 * Whether the gifts pay the whole small stream with at most `smallRows` rows each. Rounded-down
 * amounts are sufficient for this test, because a larger gift never pays less of the stream.
 */
function isPaid(gifts: Gifts, small: readonly Planned[], smallRows: number): boolean {
  const segments = small.map(({ id, amount }): Segment => ({ id, amount, given: 0 }));
  const stream = { segments, at: 0 };
  const nothing = { segments: [], at: 0 };
  for (const { amount, count } of gifts.counts)
    for (let one = 0; one < count; one++) {
      if (stream.at === segments.length) return true;
      splitGift(amount, { small: stream, large: nothing, smallRows });
    }
  return stream.at === segments.length;
}

function byGap(one: Claim, other: Claim): number {
  return other.gap - one.gap || compareIds(one, other);
}

function rotate<T>(list: readonly T[], by: number): T[] {
  const at = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}
