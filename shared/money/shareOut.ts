/** Who can receive: `weight` and `gap` (cents) are whole and above zero; `id` decides ties. */
export type Claim = { id: string; weight: number; gap: number };

/** Cents for each claim, in the order of the claims; `left` is what nobody can take. */
type Shares = { cents: number[]; left: number };

/**
 * Shares money (cents) out by weight. Nobody receives more than their gap: what they cannot take
 * goes to the others in proportion (water-filling), and only when every gap is full is something
 * left. Whole cents by the largest remainder, ties by id: where no gap binds, each share is the
 * floor or the ceiling of its quota. The order of the claims does not matter.
 */
export function shareOut(money: number, claims: readonly Claim[]): Shares {
  const cents = claims.map(() => 0);
  const filled = fillGaps(money, claims);
  for (const index of filled.full) cents[index] = claims[index]?.gap ?? 0;
  const left = spread(filled.left, claims, filled.open, cents);
  return { cents, left };
}

/**
 * Who receives their whole gap: whoever needs the smallest rise of the water first, which is the
 * largest weight for each cent of gap. After the first who does not fill up, nobody does.
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

/** Writes the shares of those whose gap is not full; gives what is left where there are none. */
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

/** The same on every machine: by code units, in no language. */
export function compareIds(one: { id: string } | undefined, other: { id: string } | undefined) {
  if (!one || !other || one.id === other.id) return 0;
  return one.id < other.id ? -1 : 1;
}

// How gifts meet charities. Both margins are exact: each gift is given or carried to the cent, each
// charity receives its total to the cent. Money runs in two streams. A charity whose total is at
// least the largest gift is large; laid end to end, a gift lies over two large ones at most. The
// others are small, and a gift pays at most `smallRows` of them before the rest of it goes to the
// large stream. So a gift has at most `smallRows` and two rows, and all rows together are at most
// the gifts, the charities and once more the gifts.

/** A charity in its stream: what it is to receive, and what it has received (cents). */
export type Segment = { id: string; amount: number; given: number };

/** Segments in their order, and the first that is not full. */
export type Stream = { segments: Segment[]; at: number };

export type Row = { id: string; amount: number };

/**
 * Splits one gift (cents) among the streams, which it moves on. What no charity takes is carried.
 * Gifts must come the largest first.
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
