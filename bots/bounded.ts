/** Forgets the entry that has been in a map longest, once there are more than `most`. */
export function forgetOldest(kept: Map<string, unknown>, most: number): void {
  const oldest = kept.size > most ? kept.keys().next().value : undefined;
  if (oldest !== undefined) kept.delete(oldest);
}
