import { readCoordinates } from "./coordinates.ts";
import { asFields, asList } from "./lenient.ts";
import { eventText, ldNumber, ldWords, linkText, typesOf } from "./ldText.ts";
import { httpsUrl } from "./links.ts";
import { isLumaHost } from "./slug.ts";
import type { LumaEvent } from "./types.ts";

type Fields = Record<string, unknown>;
type PlaceKeys = "location" | "locationDetails" | "locationUrl" | "coordinates" | "eventType";
export type LdPlace = { [K in PlaceKeys]: LumaEvent[K] | undefined };

/** Where an ld+json event takes place; `location` may be a text, an object or a list of both. */
export function readLdPlace(event: Fields): LdPlace {
  const places = asList(event["location"]);
  const isVirtual = (place: unknown) =>
    typesOf(asFields(place) ?? {}).includes("virtuallocation") ||
    httpsUrl(plain(place)) !== undefined;
  const virtual = places.filter(isVirtual);
  const real = places.filter((place) => !isVirtual(place));
  const place = asFields(real[0]);
  const words = addressWords(place?.["address"]);
  const name = plain(real[0]) ?? eventText(place?.["name"]);
  const geo = asFields(asList(place?.["geo"])[0]) ?? place ?? {};
  return {
    location: name ?? words.street ?? words.city ?? words.all,
    locationDetails: words.all,
    locationUrl: virtual.map(publicLink).find((link) => link !== undefined),
    coordinates: readCoordinates(ldNumber(geo["latitude"]), ldNumber(geo["longitude"])),
    eventType: readMode(event, real.length > 0, virtual.length > 0),
  };
}

function plain(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

/** A virtual place that points back at the event's page on Luma says nothing. */
function publicLink(place: unknown): string | undefined {
  const url = httpsUrl(plain(place) ?? linkText(place));
  return url === undefined || isLumaHost(url.hostname) ? undefined : url.href;
}

type Words = { street?: string | undefined; city?: string | undefined; all?: string | undefined };

/** A `PostalAddress`, or a text. Country and region may be texts or objects with a name. */
function addressWords(value: unknown): Words {
  const first = asList(value)[0];
  const address = asFields(first);
  if (address === undefined) return { all: plain(first) };
  const street = eventText(address["streetAddress"]);
  const city = eventText(address["addressLocality"]);
  const keys = [
    "streetAddress",
    "addressLocality",
    "addressRegion",
    "postalCode",
    "addressCountry",
  ];
  const parts = keys.flatMap((key) => eventText(address[key]) ?? []);
  const all = [...new Set(parts)].join(", ");
  return { street, city, all: all === "" ? undefined : all };
}

function readMode(event: Fields, real: boolean, virtual: boolean): LumaEvent["eventType"] {
  const mode = ldWords(event["eventAttendanceMode"])[0];
  if (mode === "offlineeventattendancemode") return "in-person";
  if (mode === "onlineeventattendancemode") return "virtual";
  if (mode === "mixedeventattendancemode") return "hybrid";
  if (real && virtual) return "hybrid";
  if (real) return "in-person";
  return virtual ? "virtual" : undefined;
}
