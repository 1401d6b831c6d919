import { weekNumber } from "../time/week.ts";
import type { Gifts } from "./giftCounts.ts";
import { type Claim, compareIds, type Segment, shareOut, splitGift } from "./shareOut.ts";

/** How many charities one gift reaches at most. */
export const reach = 5;

export type Planned = { id: string; amount: number; stream: "small" | "large" };

/** What a city's charities receive of a week's gifts; all in cents. */
export type Plan = {
  /** Who takes part, in the order in which their streams pay them; a small share can be no cent. */
  charities: Planned[];
  /** Rows that one gift may have in the small stream. */
  smallRows: number;
  toGive: number;
  toCarry: number;
  /** How many charities with a need there are. */
  eligible: number;
};

/**
 * Plans a city's week: who receives how much. Pure, and the same whatever order the claims come in.
 *
 * Every charity with a need takes part where the gifts can reach them all, each gift `maxReached` at
 * most. With few gifts and many charities that cannot be: then as many take part as can be reached,
 * and which ones moves on from week to week. Money is carried over only when every gap in the city is
 * full; or, where not all can be reached, when even the largest gaps that can be are full.
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
    most(rotated, maxReached, (some) => {
      const plan = planFor(gifts, some, maxReached);
      return plan && (plan.toCarry === 0 || some.length === eligible.length) ? plan : null;
    }) ??
    most(eligible.toSorted(byGap), maxReached, (some) =>
      planFor(gifts, rotate(some, turn), maxReached),
    );
  const nothing = { charities: [], smallRows: 0, toGive: 0, toCarry: gifts.amount };
  return { ...(found ?? nothing), eligible: eligible.length };
}

/**
 * The plan for as many of the first claims as there is one for: for all, else by halving. So few
 * that each gift could reach every one of them always have one.
 */
function most<T>(claims: readonly Claim[], least: number, plan: (some: Claim[]) => T | null) {
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

/** Null where the small charities are too many for the gifts. */
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
 * Whether the small stream is paid to its end when each gift has so many rows in it. More money in
 * any gift only brings the stream further, so it may be tried with amounts that were rounded down.
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
