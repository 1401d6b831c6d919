import type { Locale } from "../texts/index.ts";

const formats = new Map<string, Intl.NumberFormat>();

/** Formats cents in the reader's language: 1250 is "$12.50", in Spanish "12,50 US$". */
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
      // By default, Spanish does not group four digits, and columns would not align.
      useGrouping: "always",
    });
    formats.set(key, format);
  }
  return format.format(cents / 100);
}

/** Amounts with or without cents; with grouped digits, the decimal separator is the other sign. */
const digits = [
  /^(\d{1,9})(?:[.,](\d{1,2}))?$/,
  /^(\d{1,3}(?:,\d{3}){1,2})(?:\.(\d{1,2}))?$/,
  /^(\d{1,3}(?:\.\d{3}){1,2})(?:,(\d{1,2}))?$/,
];

/**
 * Parses an amount to cents, as people and `formatMoney` write it in either language: "5", "$5",
 * "12,50 USD", "1,234.50", "1.234" (three digits after a separator are a group, not cents).
 * Undefined for other text.
 */
export function readMoney(text: string): number | undefined {
  const bare = text.trim().replace(/^(?:us\$|\$|usd)\s*|\s*(?:us\$|\$|usd)$/i, "");
  for (const form of digits) {
    const [, whole, cents = ""] = form.exec(bare) ?? [];
    if (whole !== undefined)
      return Number(whole.replaceAll(/[.,]/g, "")) * 100 + Number(cents.padEnd(2, "0"));
  }
  return undefined;
}

/** The community's only currency (ISO 4217, in lower case as in Stripe's API). */
export const currency = "usd";

/** The weekly amounts on offer, in cents. No other amount is charged. */
export const weeklyAmounts = [100, 200, 300, 500, 1000, 2000, 5000, 10_000] as const;
type WeeklyAmount = (typeof weeklyAmounts)[number];

/** The amount on offer with this number of cents; undefined for any other. */
export function weeklyAmount(cents: number): WeeklyAmount | undefined {
  return weeklyAmounts.find((amount) => amount === cents);
}
