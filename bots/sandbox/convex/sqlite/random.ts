/** A source of random numbers that gives the same ones for the same seed (sfc32). */
export type Random = {
  /** From 0 up to 1, as `Math.random` gives. */
  next(): number;
  bytes(count: number): Uint8Array;
};

/** `seed` is 16 bytes. */
export function createRandom(seed: Uint8Array): Random {
  const words = new DataView(seed.buffer, seed.byteOffset, 16);
  let [a, b, c, counter] = [0, 4, 8, 12].map((at) => words.getInt32(at)) as [
    number,
    number,
    number,
    number,
  ];

  function word(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }
  // The first words still look like the seed.
  for (let i = 0; i < 12; i += 1) word();

  return {
    next: () => ((word() >>> 5) * 2 ** 26 + (word() >>> 6)) / 2 ** 53,
    bytes: (count) => Uint8Array.from({ length: count }, () => word() & 0xff),
  };
}
