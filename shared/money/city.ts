/**
 * What two spellings of one city have in common: "  Ciudad de México " and "ciudad de mexico" are
 * "ciudad de mexico", "Gießen" and "GIESSEN" are "giessen". Empty where nothing is left.
 */
export function cityKeyOf(city: string): string {
  return (
    city
      .normalize("NFD")
      .replaceAll(/\p{M}/gu, "")
      // "ß" has a capital of two letters, and one that is rarely used: there and back they are one.
      .toLowerCase()
      .toUpperCase()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
      .trim()
  );
}
