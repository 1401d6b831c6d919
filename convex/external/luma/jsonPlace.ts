import type { z } from "zod";
import { number, part, text } from "./text.ts";
import type { Coordinates, LumaEvent } from "./types.ts";

const point = part({ latitude: number, longitude: number });

/** `geo_address_json` (official API) and `geo_address_info` (keyless JSON) have the same shape. */
const address = part({
  address: text,
  full_address: text,
  short_address: text,
  city: text,
  city_state: text,
  mode: text,
  place_coordinate: point,
});

export const placeShape = {
  geo_address_json: address,
  geo_address_info: address,
  coordinate: point,
  geo_latitude: number,
  geo_longitude: number,
  location_visibility: text,
  geo_address_visibility: text,
  location_type: text,
  meeting_url: text,
  zoom_meeting_url: text,
};

type PlaceFields = z.output<z.ZodObject<typeof placeShape>>;
type Place = Pick<
  LumaEvent,
  "location" | "locationDetails" | "coordinates" | "eventType" | "placeIsHidden"
>;

/** The public part of an event's place; `hidden`: the address is for guests only. */
export function readPlace(raw: PlaceFields): {
  place: { [K in keyof Place]-?: Place[K] | undefined };
  hidden: boolean;
} {
  const geo = raw.geo_address_json ?? raw.geo_address_info;
  const hidden = isHidden(raw);
  const hasPlace = [geo?.address, geo?.full_address, geo?.short_address, geo?.city].some(Boolean);
  const eventType = readType(raw, hasPlace);
  if (hidden) {
    // The coordinates are hidden too: they would reveal the address.
    const place = {
      location: geo?.city ?? geo?.city_state,
      locationDetails: undefined,
      coordinates: undefined,
      eventType,
      placeIsHidden: true,
    };
    return { place, hidden };
  }
  const at = raw.coordinate ?? geo?.place_coordinate;
  const place = {
    location: geo?.address ?? geo?.short_address ?? geo?.city_state ?? geo?.city,
    locationDetails: geo?.full_address ?? geo?.short_address,
    coordinates:
      readCoordinates(at?.latitude, at?.longitude) ??
      readCoordinates(raw.geo_latitude, raw.geo_longitude),
    eventType,
    placeIsHidden: false,
  };
  return { place, hidden };
}

/** Every visibility but "public" hides the address, unknown ones included. */
function isHidden(raw: PlaceFields): boolean {
  const words = [raw.location_visibility, raw.geo_address_visibility];
  const mode = raw.geo_address_info?.mode ?? raw.geo_address_json?.mode;
  return (
    words.some((word) => word !== undefined && word.toLowerCase() !== "public") ||
    (mode !== undefined && mode.toLowerCase() !== "shown")
  );
}

const onlineTypes = new Set("zoom meet discord twitch twitter youtube online virtual".split(" "));
const onSiteTypes = new Set("offline in-person in_person".split(" "));

function readType(raw: PlaceFields, hasAddress: boolean): LumaEvent["eventType"] {
  const word = raw.location_type?.toLowerCase() ?? "missing";
  const meets = raw.meeting_url !== undefined || raw.zoom_meeting_url !== undefined;
  const onSite = onSiteTypes.has(word) || hasAddress;
  const online = onlineTypes.has(word) || meets;
  if (word === "hybrid" || (onSite && online)) return "hybrid";
  if (onSite) return "in-person";
  return online ? "virtual" : undefined;
}

/** Validates coordinates in degrees. 0,0 comes from empty fields and is rejected. */
export function readCoordinates(lat?: number, lng?: number): Coordinates | undefined {
  if (lat === undefined || lng === undefined) return undefined;
  if (!Number.isFinite(lat) || !Number.isFinite(lng)) return undefined;
  if (Math.abs(lat) > 90 || Math.abs(lng) > 180 || (lat === 0 && lng === 0)) return undefined;
  return { lat, lng };
}
