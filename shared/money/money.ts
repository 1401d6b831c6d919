import type { Locale } from "../texts/index.ts";
import { currency } from "./prices.ts";

const formats = new Map<string, Intl.NumberFormat>();

/** Cents as money in the reader's language: 1250 is "$12.50", in Spanish "12,50 US$". */
export function formatMoney(cents: number, locale: Locale): string {
  const isWhole = cents % 100 === 0;
  const key = `${locale}:${isWhole}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, {
      style: "currency",
      currency: currency.toUpperCase(),
      minimumFractionDigits: isWhole ? 0 : 2,
      maximumFractionDigits: isWhole ? 0 : 2,
      // Spanish leaves out the point of four digits otherwise, and columns would not line up.
      useGrouping: "always",
    });
    formats.set(key, format);
  }
  return format.format(cents / 100);
}

/** An amount as people write it ("5", "$5", "12.50", "12,50 USD") in cents; undefined for other text. */
export function readMoney(text: string): number | undefined {
  const read = /^(?:us)?\$?\s*(\d{1,9})(?:[.,](\d{1,2}))?\s*(?:us\$|\$|usd)?$/i.exec(text.trim());
  if (!read) return undefined;
  const [, whole = "", cents = ""] = read;
  return Number(whole) * 100 + Number(cents.padEnd(2, "0"));
}
