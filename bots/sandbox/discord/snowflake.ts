const DISCORD_EPOCH = 1_420_070_400_000;
const PER_MILLISECOND = 2 ** 22;

/** Makes ids as Discord does: the clock in the high bits, always larger than the one before. */
export function snowflakes(now: () => number): () => string {
  let tick = 0;
  let count = 0;
  return () => {
    // A clock that stands still or goes back must not repeat an id.
    const at = Math.max(Math.floor(now()) - DISCORD_EPOCH, tick);
    if (at > tick) {
      tick = at;
      count = 0;
    } else if (++count === PER_MILLISECOND) {
      tick += 1;
      count = 0;
    }
    return ((BigInt(tick) << 22n) | BigInt(count)).toString();
  };
}
