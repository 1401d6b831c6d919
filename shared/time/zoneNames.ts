import { plain } from "../messages/sanitize.ts";
import { isTimezone } from "./zones.ts";

// Time zones as people write them. An abbreviation is no zone: ICU reads "BST" as Dhaka, "CST" is used
// in America and in China, and "EST" has no summer time. A city or an abbreviation gets a proposal.

/** What people mostly mean by an abbreviation, the likeliest first. */
const abbreviations: Readonly<Record<string, readonly string[]>> = {
  bst: ["Europe/London"],
  wet: ["Europe/Lisbon"],
  west: ["Europe/Lisbon"],
  cet: ["Europe/Madrid", "Europe/Berlin"],
  cest: ["Europe/Madrid", "Europe/Berlin"],
  eet: ["Europe/Athens"],
  eest: ["Europe/Athens"],
  msk: ["Europe/Moscow"],
  est: ["America/New_York"],
  edt: ["America/New_York"],
  et: ["America/New_York"],
  cst: ["America/Chicago", "America/Mexico_City"],
  cdt: ["America/Chicago"],
  ct: ["America/Chicago"],
  mst: ["America/Denver"],
  mdt: ["America/Denver"],
  mt: ["America/Denver"],
  pst: ["America/Los_Angeles"],
  pdt: ["America/Los_Angeles"],
  pt: ["America/Los_Angeles"],
  art: ["America/Argentina/Buenos_Aires"],
  brt: ["America/Sao_Paulo"],
  clt: ["America/Santiago"],
  clst: ["America/Santiago"],
  cot: ["America/Bogota"],
  pet: ["America/Lima"],
  vet: ["America/Caracas"],
  bot: ["America/La_Paz"],
  ect: ["America/Guayaquil"],
  pyt: ["America/Asuncion"],
  uyt: ["America/Montevideo"],
  ist: ["Asia/Kolkata", "Europe/Dublin"],
  sgt: ["Asia/Singapore"],
  jst: ["Asia/Tokyo"],
  kst: ["Asia/Seoul"],
  hkt: ["Asia/Hong_Kong"],
  aest: ["Australia/Sydney"],
  aedt: ["Australia/Sydney"],
  nzst: ["Pacific/Auckland"],
  nzdt: ["Pacific/Auckland"],
};

/** Whether people may choose it: an IANA name with an area and a place, or UTC. */
export function isNamedTimezone(name: string): boolean {
  return (/^[A-Za-z]+\/[A-Za-z]/.test(name) || name.toUpperCase() === "UTC") && isTimezone(name);
}

/** The letters of a name without what people leave out: "Mexico_City" and "méxico city" are one. */
function letters(name: string): string {
  return plain(name).replace(/[^a-z0-9]/g, "");
}

/** At most three zones that may be meant by what was typed, the likeliest first. */
export function suggestTimezones(typed: string): string[] {
  const wanted = letters(typed);
  if (wanted.length < 2) return [];
  const known = abbreviations[wanted];
  if (known) return [...known];
  const zones = Intl.supportedValuesOf("timeZone").map((zone) => {
    const place = letters(zone.split("/").at(-1) ?? "");
    return { zone, place, whole: letters(zone) };
  });
  const exact = zones.filter(({ place, whole }) => place === wanted || whole === wanted);
  const near = zones.filter(({ place }) => wanted.length > 2 && place.startsWith(wanted));
  return (exact.length > 0 ? exact : near).slice(0, 3).map(({ zone }) => zone);
}
