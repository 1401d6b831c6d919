import { plain } from "../time/when.ts";

type Place = { latitude: number; longitude: number };

/**
 * A name with a place behind it: "Casa Azul 19.43 -99.13", also with a comma between the numbers.
 * "off" is null, nowhere; `place` is undefined where there is neither.
 */
export function readPlace(written: string): { name: string; place: Place | null | undefined } {
  const words = written.trim().replaceAll(/\s+/g, " ");
  const read = /^(.*?) ?(-?\d{1,3}(?:\.\d{1,10})?)(?: ?, ?| )(-?\d{1,3}(?:\.\d{1,10})?)$/.exec(
    words,
  );
  if (read) {
    const [, name = "", latitude, longitude] = read;
    return { name, place: { latitude: Number(latitude), longitude: Number(longitude) } };
  }
  const all = words.split(" ");
  const isOff = ["off", "none", "no", "ninguno"].includes(plain(all.at(-1) ?? ""));
  return isOff
    ? { name: all.slice(0, -1).join(" "), place: null }
    : { name: words, place: undefined };
}
