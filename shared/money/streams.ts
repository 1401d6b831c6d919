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

function take(stream: Stream, money: number, mostRows: number): { rows: Row[]; left: number } {
  const rows: Row[] = [];
  let left = money;
  while (left > 0 && rows.length < mostRows) {
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
