import { plain } from "../messages/sanitize.ts";

const hour = 60;
const day = 24 * hour;
const week = 7 * day;

const named: Record<string, number> = {
  week: week,
  "a week": week,
  semana: week,
  "una semana": week,
  day: day,
  "a day": day,
  dia: day,
  "un dia": day,
  hour: hour,
  "an hour": hour,
  hora: hour,
  "una hora": hour,
};
const none = ["none", "never", "off", "nada", "ninguno", "nunca", "sin"];

/** By the letters that a unit begins with, in either language. */
const units = [
  [/^(w|weeks?|semanas?)$/, week],
  [/^(d|days?|dias?)$/, day],
  [/^(h|hrs?|hours?|horas?)$/, hour],
  [/^(m|mins?|minutes?|minutos?)$/, 1],
] as const;

/**
 * How long before something, in minutes: "week", "day", "hour", "45m", "90 minutes", "1h30m",
 * "2 días". Null for none; undefined for other words.
 */
export function readLead(text: string): number | null | undefined {
  const typed = plain(text).replace(/ (before|antes)$/, "");
  if (none.includes(typed)) return null;
  if (Object.hasOwn(named, typed)) return named[typed];
  if (!/^(\d{1,5} ?[a-z]+ ?)+$/.test(typed)) return undefined;
  let minutes = 0;
  for (const [, count, name = ""] of typed.matchAll(/(\d{1,5}) ?([a-z]+)/g)) {
    const unit = units.find(([pattern]) => pattern.test(name));
    if (!unit) return undefined;
    minutes += Number(count) * unit[1];
  }
  return minutes;
}
