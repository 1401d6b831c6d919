import type { Doc } from "../../_generated/dataModel.js";

// How fast a line moves, from how long its last ones took. Numbers in, numbers out.

/** A range of milliseconds. */
export type Range = { from: number; to: number };

/** How many of the last ones are remembered. */
export const mostPaces = 20;
/** Until so many were served, the expected length stands in for those who are missing. */
const enough = 5;
/** Nobody takes longer than this: the host has forgotten to say that they are done. */
const longestMs = 3 * 60 * 60_000;

/** How long one person takes: the middle half of the last ones, never narrower than a fifth each way. */
export function paceOf({
  paces,
  slotMinutes,
}: Pick<Doc<"queues">, "paces" | "slotMinutes">): Range {
  const missing = Math.max(0, enough - paces.length);
  const expected = Array.from({ length: missing }, () => slotMinutes * 60_000);
  const all = [...paces, ...expected].toSorted((a, b) => a - b);
  const at = (share: number) => all[Math.round((all.length - 1) * share)] ?? 0;
  const middle = at(0.5);
  return { from: Math.min(at(0.25), 0.8 * middle), to: Math.max(at(0.75), 1.2 * middle) };
}

/** The last ones with one more; what cannot be true is left out. */
export function withPace(paces: readonly number[], tookMs: number): number[] {
  if (tookMs > longestMs) return [...paces];
  return [...paces, Math.max(0, tookMs)].slice(-mostPaces);
}

/**
 * How long somebody at `position` still waits. `since`: when each of those who are served now was
 * called; as many are served at once. Never less than nothing, and always a range.
 */
export function waitOf(
  position: number,
  pace: Range,
  since: readonly number[],
  now: number,
): Range {
  const atOnce = Math.max(1, since.length);
  const before = (position - 1) / atOnce;
  const first = firstFree(pace, since, now);
  return {
    from: first.from + Math.floor(before) * pace.from,
    to: first.to + Math.ceil(before) * pace.to,
  };
}

/** When the next one is called: whoever was called first is done first. */
function firstFree({ from, to }: Range, since: readonly number[], now: number): Range {
  if (since.length === 0) return { from: 0, to };
  const served = Math.max(0, now - Math.min(...since));
  // Who takes longer than others did may still take a while.
  return { from: Math.max(0, from - served), to: Math.max(to - served, to / 2) };
}

/** The moment in the middle of a wait that begins now. */
export function middleOf({ from, to }: Range, now: number): number {
  return Math.round(now + (from + to) / 2);
}

/** In minutes as people say them: whole ones, above twenty in steps of five. */
export function inMinutes({ from, to }: Range): Range {
  const low = from / 60_000;
  const high = Math.max(1, to / 60_000);
  return {
    from: low < 20 ? Math.floor(low) : Math.floor(low / 5) * 5,
    to: high <= 20 ? Math.ceil(high) : Math.ceil(high / 5) * 5,
  };
}
