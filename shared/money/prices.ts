/** The one currency of this community, as Stripe and Intl write it. */
export const currency = "usd";

/** What can be given each week, in cents. Nothing else is ever charged. */
export const weeklyAmounts = [100, 200, 300, 500, 1000, 2000, 5000, 10_000] as const;
export type WeeklyAmount = (typeof weeklyAmounts)[number];

/** The amount of the table with so many cents; undefined for any other. */
export function weeklyAmount(cents: number): WeeklyAmount | undefined {
  return weeklyAmounts.find((amount) => amount === cents);
}
