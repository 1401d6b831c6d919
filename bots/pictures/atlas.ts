import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";

// The world's land and borders. Some ten megabytes once read, so nobody reads them before a map is
// asked for.

type Point = [longitude: number, latitude: number];
/** Coordinates of GeoJSON with where they reach: most of the world is not on a map. */
export type Part<Shape> = {
  shape: Shape;
  west: number;
  south: number;
  east: number;
  north: number;
};
export type Atlas = { land: Part<Point[][]>[]; borders: Part<Point[]>[] };

let atlas: Promise<Atlas> | undefined;

/** Reads the world at the first call, and keeps it. */
export async function theAtlas(): Promise<Atlas> {
  atlas ??= readAtlas().catch((error: unknown) => {
    atlas = undefined;
    throw error;
  });
  return await atlas;
}

async function readAtlas(): Promise<Atlas> {
  const path = createRequire(import.meta.url).resolve("world-atlas/countries-50m.json");
  type World = Topology<{ land: GeometryCollection; countries: GeometryCollection }>;
  const world = JSON.parse(await readFile(path, "utf8")) as World;
  const land = feature(world, world.objects.land).features.flatMap(({ geometry }) =>
    geometry.type === "MultiPolygon" ? (geometry.coordinates as Point[][][]) : [],
  );
  const borders = mesh(world, world.objects.countries, (one, other) => one !== other);
  return {
    land: land.map((shape) => ({ shape, ...reachOf(shape[0] ?? []) })),
    borders: (borders.coordinates as Point[][]).map((shape) => ({ shape, ...reachOf(shape) })),
  };
}

function reachOf(points: Point[]) {
  let [west, south, east, north] = [180, 90, -180, -90];
  for (const [longitude, latitude] of points) {
    west = Math.min(west, longitude);
    east = Math.max(east, longitude);
    south = Math.min(south, latitude);
    north = Math.max(north, latitude);
  }
  return { west, south, east, north };
}
