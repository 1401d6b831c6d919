import type { Place } from "../../shared/messages/picture.ts";
import type { View } from "./view.ts";

/** Places that lie on one spot of the map: the largest of them names it. */
export type Dot = {
  x: number;
  y: number;
  radius: number;
  label: string;
  others: number;
  cents: number;
};

/** Closer together, dots would lie on each other and their names have no room. */
const sameSpot = 32;
const [smallest, largest] = [8, 24];

/** Dots in the order in which they are drawn, the largest first; areas by money. */
export function dotsOf(places: readonly Place[], { project }: View): Dot[] {
  const dots: Dot[] = [];
  const byCents = places.toSorted((one, other) => other.cents - one.cents);
  for (const { label, latitude, longitude, cents } of byCents) {
    const point = project([longitude, Math.max(-82, Math.min(82, latitude))]);
    if (!point) continue;
    const [x, y] = point;
    const near = dots.find((dot) => Math.hypot(dot.x - x, dot.y - y) < sameSpot);
    if (near) {
      near.cents += cents;
      near.others++;
    } else dots.push({ x, y, label, cents, others: 0, radius: 0 });
  }
  const most = Math.max(1, ...dots.map(({ cents }) => cents));
  for (const dot of dots)
    dot.radius = smallest + (largest - smallest) * Math.sqrt(Math.max(0, dot.cents) / most);
  return dots.sort((one, other) => other.cents - one.cents);
}
