// By their own names: the packages' indexes load hundreds of files, a second of every start.
import { format } from "date-fns/format";
import { enUS } from "date-fns/locale/en-US";
import { es } from "date-fns/locale/es";
import { toZonedTime } from "date-fns-tz/toZonedTime";
import type { Locale } from "../texts/index.ts";

/** How much of a moment is shown: day and hour, these with the year, the hour alone, the weekday. */
export type TimeStyle = "full" | "dated" | "hour" | "weekday";

const patterns: Record<Locale, Record<TimeStyle, string>> = {
  en: {
    full: "EEE, MMM d, h:mm a",
    dated: "EEE, MMM d, yyyy, h:mm a",
    hour: "h:mm a",
    weekday: "EEEE",
  },
  es: {
    full: "EEE d MMM, HH:mm",
    dated: "EEE d MMM yyyy, HH:mm",
    hour: "HH:mm",
    weekday: "EEEE",
  },
};
const languages = { en: enUS, es };

/** The same few moments are shown over and over, and a zone's rules are slow to work out. */
const maxKept = 2_000;
const kept = new Map<string, string>();

/** A moment (Unix milliseconds) as a person in a zone reads it. */
export function formatTime(at: number, style: TimeStyle, timezone: string, locale: Locale): string {
  const key = `${at} ${style} ${timezone} ${locale}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const options = { locale: languages[locale] };
  const text = format(toZonedTime(at, timezone), patterns[locale][style], options);
  if (kept.size >= maxKept) kept.clear();
  kept.set(key, text);
  return text;
}

const datePatterns: Record<Locale, string> = { en: "MMM d, yyyy", es: "d MMM yyyy" };

/** The day of a moment in a zone: "Nov 16, 2026". */
export function formatDate(at: number, timezone: string, locale: Locale): string {
  const options = { locale: languages[locale] };
  return format(toZonedTime(at, timezone), datePatterns[locale], options);
}

const dayPatterns: Record<Locale, [short: string, withYear: string]> = {
  en: ["EEE, MMM d", "EEE, MMM d, yyyy"],
  es: ["EEE d MMM", "EEE d MMM yyyy"],
};

/** The day of a moment in a zone with its weekday, and with its year where that is wanted. */
export function formatDay(at: number, timezone: string, locale: Locale, withYear: boolean): string {
  const [short, long] = dayPatterns[locale];
  const options = { locale: languages[locale] };
  return format(toZonedTime(at, timezone), withYear ? long : short, options);
}

/** The year of a moment in a zone. */
export function yearOf(at: number, timezone: string): number {
  return toZonedTime(at, timezone).getFullYear();
}

/** A zone in few words: "Mexico City" of "America/Mexico_City". */
export function zoneName(timezone: string): string {
  return (timezone.split("/").at(-1) ?? timezone).replaceAll("_", " ");
}
