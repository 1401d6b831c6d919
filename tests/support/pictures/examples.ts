import type { Locale } from "../../../shared/texts/index.ts";
import { texts } from "../../../shared/texts/index.ts";
import { formatMoney } from "../../../shared/money/money.ts";
import { formatDate } from "../../../shared/time/format.ts";
import type { Picture } from "../../../shared/messages/message.ts";

// Pictures like those that people are sent, with as many charities or weeks as asked for.

const names: Record<Locale, string[]> = {
  en: [
    "Food Bank",
    "Shelter of the North Harbour and Neighbouring Districts, Registered Association",
    "Clean Rivers",
    "Children's Reading Circle & Library <East>",
    "Night Clinic",
    "Open Kitchen 🍲",
  ],
  es: [
    "Banco de Alimentos",
    "Asociación Civil para la Niñez y la Educación Rural del Valle de Toluca, A. C.",
    "Ríos Limpios",
    "Comedor «La Esperanza» de Peñalolén",
    "Clínica Nocturna",
    "Refugio Ñandú 🏠",
  ],
};
const towns = [
  [19.43, -99.13],
  [20.67, -103.35],
  [25.69, -100.32],
  [17.07, -96.72],
  [20.97, -89.62],
] as const;

const week = Date.UTC(2026, 10, 16);

export const nameOf = (locale: Locale, index: number): string => {
  const list = names[locale];
  return `${list[index % list.length]}${index < list.length ? "" : ` ${index}`}`;
};
const centsOf = (index: number) => Math.round(180_050 / (index + 1.5)) + 25;

export function bars(locale: Locale, count: number): Picture {
  const t = texts(locale);
  const all = Array.from({ length: count }, (_, index) => ({
    label: nameOf(locale, index),
    cents: centsOf(index),
  }));
  const amount = formatMoney(
    all.reduce((sum, { cents }) => sum + cents, 0),
    locale,
  );
  const title = t("week.title", { week: formatDate(week, "UTC", locale) });
  return { kind: "bars", title, alt: title, note: t("week.note", { amount }), bars: all };
}

export function weeks(locale: Locale, count: number): Picture {
  const title = t52(locale, count);
  return {
    kind: "weeks",
    title,
    alt: title,
    weeks: Array.from({ length: count }, (_, index) => ({
      weekStartDate: week - (count - 1 - index) * 7 * 86_400_000,
      // Some weeks nobody gave.
      cents: index % 7 === 3 ? 0 : 12_000 + ((index * 7_919) % 23_050),
    })),
  };
}

const t52 = (locale: Locale, count: number) =>
  locale === "en" ? `The last ${count} weeks` : `Las últimas ${count} semanas`;

/** `spread`: each place a town of its own; else all in five towns. */
export function map(locale: Locale, count: number, spread = false): Picture {
  const title = locale === "en" ? "Charities we support" : "Organizaciones que apoyamos";
  return {
    kind: "map",
    title,
    alt: title,
    places: Array.from({ length: count }, (_, index) => {
      const [latitude = 0, longitude = 0] = towns[index % towns.length] ?? [];
      return {
        label: nameOf(locale, index),
        latitude: latitude + (spread ? ((index * 37) % 90) / 10 - 4 : 0),
        longitude: longitude + (spread ? ((index * 53) % 130) / 10 - 6 : 0),
        cents: centsOf(index),
      };
    }),
  };
}
