/** How many gifts there are of an amount (cents). */
export type GiftCount = { amount: number; count: number };

/** What is known of a city's gifts without their rows. `counts`: the largest amount first. */
export type Gifts = { count: number; amount: number; largest: number; counts: GiftCount[] };

export const noGifts: Gifts = { count: 0, amount: 0, largest: 0, counts: [] };

/**
 * Adds gifts of these amounts. Amounts of four digits and more are counted as the round number
 * below them, so that the list stays short whatever was carried over; all prices are round.
 */
export function countGifts(known: Gifts, amounts: readonly number[]): Gifts {
  const counts = new Map(known.counts.map(({ amount, count }) => [amount, count]));
  let { count, amount, largest } = known;
  for (const one of amounts) {
    const round = roundedDown(one);
    counts.set(round, (counts.get(round) ?? 0) + 1);
    count += 1;
    amount += one;
    largest = Math.max(largest, one);
  }
  const sorted = [...counts].map(([amount, count]) => ({ amount, count }));
  return { count, amount, largest, counts: sorted.sort((a, b) => b.amount - a.amount) };
}

/** To three digits: 1234 is 1230. */
function roundedDown(amount: number): number {
  const step = 10 ** Math.max(0, String(amount).length - 3);
  return amount - (amount % step);
}
