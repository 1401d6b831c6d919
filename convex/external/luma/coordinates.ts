import type { Coordinates } from "./types.ts";

/** A point on Earth in degrees. 0,0 is what empty fields look like, not a venue in the Atlantic. */
export function readCoordinates(lat?: number, lng?: number): Coordinates | undefined {
  if (lat === undefined || lng === undefined) return undefined;
  if (!Number.isFinite(lat) || !Number.isFinite(lng)) return undefined;
  if (Math.abs(lat) > 90 || Math.abs(lng) > 180 || (lat === 0 && lng === 0)) return undefined;
  return { lat, lng };
}
