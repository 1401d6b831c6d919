import { z } from "zod";
import { variable } from "./environment.ts";
import { jsonOf } from "./boundedFetch.ts";
import type { GetText } from "./needsFeed.ts";

// The client of the configured geocoder, GEOCODER_URL: "https://…?q={query}&format=json". It has
// the response format of Nominatim's search API: [{lat: "19.43", lon: "-99.13"}], the best match
// first.

const degrees = z.union([z.number(), z.string().trim().min(1)]).transform(Number);
const answer = z
  .array(z.looseObject({ lat: degrees.pipe(z.number()), lon: degrees.pipe(z.number()) }))
  .min(1);

export type Located = { latitude: number; longitude: number } | { error: string };

/** Geocodes an address to degrees, through `get`. Never throws. */
export async function locate(query: string, get: GetText): Promise<Located> {
  const template = variable("GEOCODER_URL");
  if (template === undefined) return { error: "there is no geocoder" };
  const url = new URL(template.replaceAll("{query}", encodeURIComponent(query)));
  const read = jsonOf(await get(url.href));
  if ("error" in read) return read;
  const found = answer.safeParse(read.json);
  const [best] = found.success ? found.data : [];
  return best ? { latitude: best.lat, longitude: best.lon } : { error: "it knows no such place" };
}
