/** Adds to a map that keeps only its newest `most` entries; what went is handed to `dropped`. */
export function keepNewest<V>(
  map: Map<string, V>,
  key: string,
  value: V,
  most: number,
  dropped?: (value: V) => void,
): void {
  map.set(key, value);
  if (map.size <= most) return;
  for (const [oldest, gone] of map) {
    map.delete(oldest);
    dropped?.(gone);
    return;
  }
}

/** The last `size` things, written over in a circle. */
export type Ring<V> = { add(value: V): void; all(): V[] };

export function ring<V>(size: number): Ring<V> {
  const slots: V[] = [];
  let next = 0;
  return {
    add(value) {
      slots[next] = value;
      next = (next + 1) % size;
    },
    all: () => (slots.length < size ? [...slots] : [...slots.slice(next), ...slots.slice(0, next)]),
  };
}
