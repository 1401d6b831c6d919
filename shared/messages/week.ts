import type { PayloadOf } from "./leased.ts";
import { formatMoney } from "../money/money.ts";
import { texts } from "../texts/index.ts";
import { formatDate } from "../time/format.ts";
import type { Line, Message, Picture, Reader } from "./message.ts";
import { cleanName } from "./sanitize.ts";

/** A distributed week, as the announcement, the command and the picture have it. */
type WeekView = PayloadOf<"distribution">["week"];

/** What a week's giving did: totals, the charities and the chart. */
export function weekMessage(week: WeekView, reader: Reader): Message {
  const t = texts(reader.locale);
  const { charities, shares } = week;
  return {
    ...weekWords(week, reader),
    items: shares.map((share) => shareLine(share, reader)),
    isTable: true,
    total: charities,
    more: (hidden) => t("events.more", { count: hidden }),
    ...(shares.length > 0 && { picture: weekPicture(week, reader) }),
  };
}

type Totals = Pick<
  WeekView,
  "weekStartDate" | "gifts" | "charities" | "cities" | "given" | "carried"
>;

/** A week's title and totals. */
export function weekWords(
  { weekStartDate, gifts, charities, cities, given, carried }: Totals,
  { locale }: Reader,
) {
  const t = texts(locale);
  const money = (cents: number) => formatMoney(cents, locale);
  return {
    title: t("week.title", { week: formatDate(weekStartDate, "UTC", locale) }),
    lines: [
      [t("week.total", { amount: money(given), gifts, charities, cities })],
      ...(carried > 0 ? [[t("week.carried", { amount: money(carried) })]] : []),
    ],
  };
}

/** What one charity received. */
export function shareLine(
  { name, city, amount }: Pick<WeekView["shares"][number], "name" | "city" | "amount">,
  { locale }: Reader,
): Line {
  const money = formatMoney(amount, locale);
  return [{ bold: cleanName(name, 80) }, ` · ${cleanName(city, 40)} · ${money}`];
}

/** The week's charities as bars, the largest first. */
function weekPicture(week: WeekView, { locale }: Reader): Picture {
  const { weekStartDate, given, charities, shares } = week;
  const title = texts(locale)("week.title", { week: formatDate(weekStartDate, "UTC", locale) });
  const cents = given - shares.reduce((sum, { amount }) => sum + amount, 0);
  const rest = { count: charities - shares.length, cents };
  return { ...sharesPicture(shares, { title, weekStartDate, cents: given }, locale), rest };
}

/** Shares of a week as bars; `cents` is all of it. */
export function sharesPicture(
  shares: WeekView["shares"],
  { title, weekStartDate, cents }: { title: string; weekStartDate: number; cents: number },
  locale: Reader["locale"],
): Extract<Picture, { kind: "bars" }> {
  const t = texts(locale);
  const bars = shares.map(({ name, amount }) => ({ label: cleanName(name, 80), cents: amount }));
  const amount = formatMoney(cents, locale);
  const week = formatDate(weekStartDate, "UTC", locale);
  return {
    kind: "bars",
    title,
    alt: t("week.alt", { week, amount, list: listed(bars, locale) }),
    bars,
    note: t("week.note", { amount }),
  };
}

const maxListed = 5;

/** "Food bank $12, Shelter $3, …": what a picture of bars shows, in words. */
function listed(bars: readonly { label: string; cents: number }[], locale: Reader["locale"]) {
  const first = bars.slice(0, maxListed);
  const words = first.map(({ label, cents }) => `${label} ${formatMoney(cents, locale)}`);
  return [...words, ...(bars.length > maxListed ? ["…"] : [])].join(", ");
}

/** What was given in one week; `weekStartDate` is a Monday, 00:00 UTC, money in cents. */
type WeekTotal = { weekStartDate: number; cents: number };

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

type Shares = WeekView["shares"];

/** A map of the charities that received something; in words where none says where it is. */
export function supportedMap(shares: Shares, title: string, { locale }: Reader): Message {
  const t = texts(locale);
  const places = shares.flatMap(({ name, latitude, longitude, amount }) =>
    latitude === undefined || longitude === undefined
      ? []
      : [{ label: cleanName(name, 80), latitude, longitude, cents: amount }],
  );
  if (places.length === 0) return { title, lines: [[t("map.none")]] };
  const list = listed(places, locale);
  return {
    title,
    lines: [[t("map.shown", { count: places.length })]],
    picture: { kind: "map", title, alt: t("map.alt", { title, list }), places },
  };
}
