/** A number that a caller asked for, as a whole one from nothing to `most`: it may be anything. */
export function bounded(asked: number, most: number): number {
  return Math.min(Math.max(Math.floor(asked) || 0, 0), most);
}
