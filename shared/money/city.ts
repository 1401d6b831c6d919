/**
 * The key of a city, without case, accents and punctuation: "  Ciudad de México " and "ciudad de
 * mexico" give "ciudad de mexico", "Gießen" and "GIESSEN" give "giessen". Empty where no letter or
 * digit is left.
 */
export function cityKeyOf(city: string): string {
  return (
    city
      .normalize("NFD")
      .replaceAll(/\p{M}/gu, "")
      // "ß" is "SS" in upper case, and "ẞ" is "ß" in lower case: three conversions make them equal.
      .toLowerCase()
      .toUpperCase()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
      .trim()
  );
}
