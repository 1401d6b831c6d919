/**
 * A charity's claim on the money of its city (as in fair division): `weight` and `gap` (cents) are
 * positive integers; `id` breaks ties.
 */
export type Claim = { id: string; weight: number; gap: number };

/** Cents for each claim, in the order of the claims; `left` remains when all gaps are filled. */
type Shares = { cents: number[]; left: number };

/**
 * Divides money (cents) in proportion to the weights, limited by the gaps. The excess over a gap
 * goes to the other claims in proportion (water-filling); money is left only when every gap is
 * filled. Rounding is by the largest remainder, with ties by id: where no gap binds, each share is
 * the floor or the ceiling of its quota. The order of the claims does not matter.
 */
export function shareOut(money: number, claims: readonly Claim[]): Shares {
  const cents = claims.map(() => 0);
  const filled = fillGaps(money, claims);
  for (const index of filled.full) cents[index] = claims[index]?.gap ?? 0;
  const left = spread(filled.left, claims, filled.open, cents);
  return { cents, left };
}

/**
 * Finds the claims whose whole gap is filled. In water-filling they fill in the order of the
 * smallest gap per weight, so all after the first unfilled claim are unfilled too.
 */
function fillGaps(money: number, claims: readonly Claim[]) {
  const order = claims.map((_, index) => index).sort((a, b) => byFill(claims, a, b));
  let left = BigInt(money);
  let weights = claims.reduce((sum, { weight }) => sum + BigInt(weight), 0n);
  let count = 0;
  for (const index of order) {
    const { weight, gap } = claims[index] ?? { weight: 0, gap: 0 };
    if (left * BigInt(weight) < BigInt(gap) * weights) break;
    left -= BigInt(gap);
    weights -= BigInt(weight);
    count++;
  }
  return { left: Number(left), full: order.slice(0, count), open: order.slice(count) };
}

function byFill(claims: readonly Claim[], a: number, b: number): number {
  const [one, other] = [claims[a], claims[b]];
  if (!one || !other) return 0;
  const difference =
    BigInt(other.weight) * BigInt(one.gap) - BigInt(one.weight) * BigInt(other.gap);
  return difference === 0n ? compareIds(one, other) : difference < 0n ? -1 : 1;
}

/** Writes the shares of the claims that are not filled; returns all money where there are none. */
function spread(
  money: number,
  claims: readonly Claim[],
  open: readonly number[],
  cents: number[],
): number {
  if (open.length === 0) return money;
  const of = (index: number) => BigInt(claims[index]?.weight ?? 0);
  const weights = open.reduce((sum, index) => sum + of(index), 0n);
  const quotas = open.map((index) => {
    const product = BigInt(money) * of(index);
    return { index, floor: Number(product / weights), rest: product % weights };
  });
  let over = quotas.reduce((sum, { floor }) => sum - floor, money);
  quotas.sort((a, b) =>
    a.rest === b.rest ? compareIds(claims[a.index], claims[b.index]) : a.rest > b.rest ? -1 : 1,
  );
  for (const { index, floor } of quotas) cents[index] = floor + (over-- > 0 ? 1 : 0);
  return 0;
}

/** Compares by code units, so that the order does not depend on a locale. */
export function compareIds(one: { id: string } | undefined, other: { id: string } | undefined) {
  if (!one || !other || one.id === other.id) return 0;
  return one.id < other.id ? -1 : 1;
}

// Assigns gifts to charities. Both margins are exact to the cent: each gift is given or carried
// over completely, and each charity receives its total. There are two streams of charities. A
// charity is large if its total is at least the largest gift; laid end to end, a gift spans at most
// two large ones. The others are small, and a gift pays at most `smallRows` of them before its rest
// goes to the large stream. So a gift has at most `smallRows + 2` rows, and the number of all rows
// is at most twice the number of gifts plus the number of charities.

/** A charity in its stream: its total and what it has received so far (cents). */
export type Segment = { id: string; amount: number; given: number };

/** Segments in order, and the index of the first that is not full. */
export type Stream = { segments: Segment[]; at: number };

export type Row = { id: string; amount: number };

/**
 * Splits one gift (cents) among the streams and advances them. The part that no charity takes is
 * carried over. Gifts must be passed in descending order.
 */
export function splitGift(
  gift: number,
  { small, large, smallRows }: { small: Stream; large: Stream; smallRows: number },
): { rows: Row[]; carried: number } {
  const first = take(small, gift, smallRows);
  const then = take(large, first.left, Infinity);
  return { rows: [...first.rows, ...then.rows], carried: then.left };
}

function take(stream: Stream, money: number, maxRows: number): { rows: Row[]; left: number } {
  const rows: Row[] = [];
  let left = money;
  while (left > 0 && rows.length < maxRows) {
    const segment = stream.segments[stream.at];
    if (!segment) break;
    const amount = Math.min(left, segment.amount - segment.given);
    if (amount > 0) rows.push({ id: segment.id, amount });
    segment.given += amount;
    left -= amount;
    if (segment.given === segment.amount) stream.at++;
  }
  return { rows, left };
}
