import { atWallClock, wallClock } from "./zones.ts";
import { plain } from "../messages/sanitize.ts";

export const whens = ["today", "tomorrow", "week", "weekend", "month"] as const;
export type When = (typeof whens)[number];

/** Words people use, in both languages, without accents and in lower case. */
const words: Record<string, When> = {
  today: "today",
  tonight: "today",
  now: "today",
  hoy: "today",
  ahora: "today",
  "esta noche": "today",
  tomorrow: "tomorrow",
  tmrw: "tomorrow",
  manana: "tomorrow",
  week: "week",
  "this week": "week",
  semana: "week",
  "esta semana": "week",
  "la semana": "week",
  weekend: "weekend",
  "this weekend": "weekend",
  "the weekend": "weekend",
  finde: "weekend",
  "este finde": "weekend",
  "el finde": "weekend",
  "fin de semana": "weekend",
  "este fin de semana": "weekend",
  "el fin de semana": "weekend",
  month: "month",
  "this month": "month",
  mes: "month",
  "este mes": "month",
  "el mes": "month",
};

/**
 * Reads a stretch of time from the beginning of what was typed: "este finde frutero" is the
 * weekend and leaves ["frutero"]. The longest phrase wins.
 */
export function readWhen(written: readonly string[]): { when: When; rest: string[] } | null {
  for (let length = Math.min(4, written.length); length > 0; length--) {
    const phrase = plain(written.slice(0, length).join(" "));
    const when = Object.hasOwn(words, phrase) ? words[phrase] : undefined;
    if (when) return { when, rest: written.slice(length) };
  }
  return null;
}

/**
 * The moments (Unix milliseconds, `to` exclusive) a word means in a zone. A week runs from now for
 * seven days, as people mean it on a Saturday; a weekend is Friday 17:00 to Sunday midnight, the one
 * that is on or the next; a month is the rest of the calendar month, and at least a week.
 */
export function rangeOf(when: When, now: number, timezone: string): { from: number; to: number } {
  const today = wallClock(now, timezone);
  const midnight = (days: number) =>
    atWallClock({ ...today, day: today.day + days, hour: 0 }, timezone);
  switch (when) {
    case "today":
      return { from: now, to: midnight(1) };
    case "tomorrow":
      return { from: midnight(1), to: midnight(2) };
    case "week":
      return { from: now, to: midnight(7) };
    case "weekend": {
      const monday = (8 - today.weekday) % 7 || 7;
      const friday = atWallClock({ ...today, day: today.day + monday - 3, hour: 17 }, timezone);
      return { from: Math.max(now, friday), to: midnight(monday) };
    }
    case "month": {
      const nextMonth = { year: today.year, month: today.month + 1, day: 1, hour: 0 };
      return { from: now, to: Math.max(atWallClock(nextMonth, timezone), midnight(7)) };
    }
  }
}
