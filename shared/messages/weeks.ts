import { formatMoney } from "../money/money.ts";
import { texts } from "../texts/index.ts";
import { formatDate } from "../time/format.ts";
import type { Line, Message, Reader } from "./message.ts";
import { listed } from "./week.ts";

/** What was given in one week; `weekStartDate` is a Monday, 00:00 UTC, money in cents. */
export type WeekTotal = { weekStartDate: number; cents: number };

/** Weeks over time, the latest first in words and last in the picture. */
export function weeksMessage(
  weeks: readonly WeekTotal[],
  title: string,
  { locale }: Reader,
): Message {
  const t = texts(locale);
  const sum = weeks.reduce((total, { cents }) => total + cents, 0);
  const date = (at: number) => formatDate(at, "UTC", locale);
  const total = t("weeks.total", { amount: formatMoney(sum, locale), weeks: weeks.length });
  const bars = weeks.map(({ weekStartDate, cents }) => ({ label: date(weekStartDate), cents }));
  return {
    title,
    lines: [[total]],
    items: bars.map(({ label, cents }): Line => [`${label} · ${formatMoney(cents, locale)}`]),
    isTable: true,
    more: (hidden) => t("events.more", { count: hidden }),
    ...(weeks.length > 0 && {
      picture: {
        kind: "weeks",
        title,
        alt: t("weeks.alt", { title, total, list: listed(bars, locale) }),
        weeks: weeks.toReversed(),
        note: total,
      },
    }),
  };
}
