/**
 * What two spellings of one city have in common: "  Ciudad de México " and "ciudad de mexico" are
 * "ciudad de mexico". Empty where nothing is left.
 */
export function cityKeyOf(city: string): string {
  return city
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}
