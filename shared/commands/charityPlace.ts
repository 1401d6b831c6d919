import { isTermOf } from "../texts/synonyms.ts";

type Place = { latitude: number; longitude: number };

/** Degrees with points, a comma or a space between them; or with commas, as Spanish writes them. */
const withPoints = /^(?:(.*?) )?(-?\d{1,3}(?:\.\d{1,10})?)(?: ?, ?| )(-?\d{1,3}(?:\.\d{1,10})?)$/;
const withCommas = /^(?:(.*?) )?(-?\d{1,3},\d{1,10})[; ] ?(-?\d{1,3},\d{1,10})$/;

/**
 * A name with a place behind it: "Casa Azul 19.43 -99.13". "off" is null, nowhere; `place` is
 * undefined where there is neither.
 */
export function readPlace(written: string): { name: string; place: Place | null | undefined } {
  const words = written.trim().replaceAll(/\s+/g, " ");
  const read = withCommas.exec(words) ?? withPoints.exec(words);
  if (read) {
    const [, name = "", latitude, longitude] = read;
    return { name, place: { latitude: degrees(latitude), longitude: degrees(longitude) } };
  }
  const all = words.split(" ");
  const isOff = isTermOf("off", all.at(-1) ?? "");
  return isOff
    ? { name: all.slice(0, -1).join(" "), place: null }
    : { name: words, place: undefined };
}

function degrees(text = ""): number {
  return Number(text.replace(",", "."));
}
