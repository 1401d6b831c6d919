import type { FunctionReturnType } from "convex/server";
import type { api } from "../../convex/_generated/api.js";
import { formatMoney } from "../money/money.ts";
import { texts } from "../texts/index.ts";
import { formatDate } from "../time/format.ts";
import type { Line, Message, Reader } from "./message.ts";
import { cleanName } from "./names.ts";
import type { Picture } from "./picture.ts";

type About = FunctionReturnType<typeof api.deliveries.claim>[number]["about"];
/** A distributed week, as the announcement, the command and the picture have it. */
export type WeekView = Extract<About, { do: "distribution" }>["week"];

/** What a week's giving did: totals, the charities and the chart. */
export function weekMessage(week: WeekView, reader: Reader): Message {
  const t = texts(reader.locale);
  const money = (cents: number) => formatMoney(cents, reader.locale);
  const { gifts, charities, cities, given, carried, shares } = week;
  return {
    title: t("week.title", { week: formatDate(week.weekStartDate, "UTC", reader.locale) }),
    lines: [
      [t("week.total", { amount: money(given), gifts, charities, cities })],
      ...(carried > 0 ? [[t("week.carried", { amount: money(carried) })]] : []),
    ],
    items: shares.map(({ name, city, amount }): Line => [
      { bold: cleanName(name, 80) },
      ` · ${cleanName(city, 40)} · ${money(amount)}`,
    ]),
    isTable: true,
    total: charities,
    more: (hidden) => t("events.more", { count: hidden }),
    ...(shares.length > 0 && { picture: weekPicture(week, reader) }),
  };
}

/** The week's charities as bars, the largest first. */
export function weekPicture(week: WeekView, { locale }: Reader): Picture {
  const t = texts(locale);
  const bars = week.shares.map(({ name, amount }) => ({
    label: cleanName(name, 80),
    cents: amount,
  }));
  const date = formatDate(week.weekStartDate, "UTC", locale);
  const amount = formatMoney(week.given, locale);
  return {
    kind: "bars",
    title: t("week.title", { week: date }),
    alt: t("week.alt", { week: date, amount, list: listed(bars, locale) }),
    bars,
    rest: { count: week.charities - bars.length, cents: week.given - sumOf(bars) },
    note: t("week.note", { amount }),
  };
}

function sumOf(bars: readonly { cents: number }[]): number {
  return bars.reduce((sum, { cents }) => sum + cents, 0);
}

const mostListed = 5;

/** "Food bank $12, Shelter $3, …": what a picture of bars shows, in words. */
export function listed(
  bars: readonly { label: string; cents: number }[],
  locale: Reader["locale"],
) {
  const first = bars.slice(0, mostListed);
  const words = first.map(({ label, cents }) => `${label} ${formatMoney(cents, locale)}`);
  return [...words, ...(bars.length > mostListed ? ["…"] : [])].join(", ");
}
