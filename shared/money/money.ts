import type { Locale } from "../texts/index.ts";

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

/** Digits with cents or without; where they are grouped, the cents have the other sign. */
const digits = [
  /^(\d{1,9})(?:[.,](\d{1,2}))?$/,
  /^(\d{1,3}(?:,\d{3}){1,2})(?:\.(\d{1,2}))?$/,
  /^(\d{1,3}(?:\.\d{3}){1,2})(?:,(\d{1,2}))?$/,
];

/**
 * An amount as people and `formatMoney` write it, in either language ("5", "$5", "12,50 USD",
 * "1,234.50", "1.234"), in cents; undefined for other text. Three digits behind a sign are no cents.
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

/** The one currency of this community, as Stripe and Intl write it. */
export const currency = "usd";

/** What can be given each week, in cents. Nothing else is ever charged. */
export const weeklyAmounts = [100, 200, 300, 500, 1000, 2000, 5000, 10_000] as const;
type WeeklyAmount = (typeof weeklyAmounts)[number];

/** The amount of the table with so many cents; undefined for any other. */
export function weeklyAmount(cents: number): WeeklyAmount | undefined {
  return weeklyAmounts.find((amount) => amount === cents);
}
