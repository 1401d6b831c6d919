import { geoMercator, type GeoProjection } from "d3-geo";
import type { Part } from "./atlas.ts";
import type { Box } from "./scene.ts";

/** What a map shows: its middle and how far it reaches to each side, in degrees. */
export type View = { project: GeoProjection; isSeen: (part: Part<unknown>) => boolean };

type Point = { latitude: number; longitude: number };

/** One town alone is shown with the country around it. */
const leastDegrees = 12;
/** Beyond, this projection has no end. */
const highest = 78;
/** Dots and names have room beside the outermost places. */
const room = 80;

/** A map in `frame` that shows all places, wherever on the globe they are. */
export function viewOf(places: readonly Point[], frame: Box): View {
  const { middle, span } = aroundGlobe(places.map(({ longitude }) => longitude));
  const latitudes = places.map(({ latitude }) => clamp(latitude, highest));
  const [south, north] = [Math.min(...latitudes, highest), Math.max(...latitudes, -highest)];
  const isEmpty = places.length === 0;
  const center = isEmpty ? 20 : (south + north) / 2;
  const half = Math.max(isEmpty ? 180 : span, leastDegrees) / 2;
  const halfUp = Math.max(isEmpty ? 90 : north - south, leastDegrees * 0.7) / 2;

  const project = geoMercator().rotate([-middle, 0]).scale(1).translate([0, 0]);
  const [, top = 0] = project([middle, clamp(center + halfUp, highest + 4)]) ?? [];
  const [, bottom = 0] = project([middle, clamp(center - halfUp, highest + 4)]) ?? [];
  const [width, height] = [frame.right - frame.left, frame.bottom - frame.top];
  const scale = Math.max(
    Math.min(
      (width - 2 * room) / (2 * half * (Math.PI / 180)),
      (height - 2 * room) / (bottom - top),
    ),
    // The world is at least as wide as the picture.
    width / (2 * Math.PI),
  );
  project
    .scale(scale)
    .translate([
      (frame.left + frame.right) / 2,
      (frame.top + frame.bottom) / 2 - (scale * (top + bottom)) / 2,
    ]);
  // A little more than is seen: where land is cut off there is no coast.
  project.clipExtent([
    [frame.left - 5, frame.top - 5],
    [frame.right + 5, frame.bottom + 5],
  ]);

  const halfWidth = Math.min(180, (width / 2 / scale) * (180 / Math.PI));
  const upper = project.invert?.([0, frame.top])?.[1] ?? 90;
  const lower = project.invert?.([0, frame.bottom])?.[1] ?? -90;
  return {
    project,
    isSeen({ west, south, east, north }) {
      if (north < lower || south > upper) return false;
      return [-360, 0, 360].some(
        (turn) => west + turn <= middle + halfWidth && east + turn >= middle - halfWidth,
      );
    },
  };
}

/** The shortest arc around the globe with all longitudes on it; it may cross the 180th. */
function aroundGlobe(longitudes: number[]): { middle: number; span: number } {
  const sorted = longitudes.toSorted((a, b) => a - b);
  const [first = 0] = sorted;
  const next = (index: number) => sorted[index + 1] ?? first + 360;
  let widest = { gap: 0, from: first };
  for (const [index, longitude] of sorted.entries()) {
    const gap = next(index) - longitude;
    if (gap > widest.gap) widest = { gap, from: next(index) };
  }
  const span = 360 - widest.gap;
  const middle = sorted.length === 0 ? 0 : widest.from + span / 2;
  return { middle: ((middle + 540) % 360) - 180, span };
}

function clamp(value: number, most: number): number {
  return Math.max(-most, Math.min(most, value));
}
