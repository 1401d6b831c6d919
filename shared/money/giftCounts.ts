/** The number of gifts of an amount (cents). */
export type GiftCount = { amount: number; count: number };

/** A summary of a city's gifts. `counts`: sorted by amount, the largest first. */
export type Gifts = { count: number; amount: number; largest: number; counts: GiftCount[] };

export const noGifts: Gifts = { count: 0, amount: 0, largest: 0, counts: [] };

/**
 * Adds gifts of these amounts (cents). In `counts`, amounts are rounded down to three digits, so
 * that the list stays short even with odd amounts that were carried over; the amounts on offer are
 * exact.
 */
export function countGifts(known: Gifts, amounts: readonly number[]): Gifts {
  return addGifts(known, {
    count: amounts.length,
    amount: amounts.reduce((sum, amount) => sum + amount, 0),
    largest: amounts.reduce((most, amount) => Math.max(most, amount), 0),
    counts: amounts.map((amount) => ({ amount: roundedDown(amount), count: 1 })),
  });
}

/** Adds two summaries of the same city. */
export function addGifts(one: Gifts, other: Gifts): Gifts {
  const counts = new Map<number, number>();
  for (const { amount, count } of [...one.counts, ...other.counts])
    counts.set(amount, (counts.get(amount) ?? 0) + count);
  return {
    count: one.count + other.count,
    amount: one.amount + other.amount,
    largest: Math.max(one.largest, other.largest),
    counts: [...counts]
      .map(([amount, count]) => ({ amount, count }))
      .sort((a, b) => b.amount - a.amount),
  };
}

/** Rounds down to three digits: 1234 gives 1230. */
function roundedDown(amount: number): number {
  const step = 10 ** Math.max(0, String(amount).length - 3);
  return amount - (amount % step);
}
