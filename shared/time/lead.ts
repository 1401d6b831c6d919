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
/** The longest first. */
const names = Object.keys(named).sort((one, other) => other.length - one.length);
const none = ["none", "never", "off", "nada", "ninguno", "nunca", "sin"];

/** By the letters that a unit begins with, in either language. */
const units = [
  [/^(w|weeks?|semanas?)$/, week],
  [/^(d|days?|dias?)$/, day],
  [/^(h|hrs?|hours?|horas?)$/, hour],
  [/^(m|mins?|minutes?|minutos?)$/, 1],
] as const;

/** Several lengths of time may be parted by these. */
const separator = /^(?:,|and\b|y\b|e\b)+\s*/;
const maxLeads = 5;

/**
 * Lengths of time before something, in minutes: "week", "day", "hour", "45m", "90 minutes", "2 días".
 * "1h30m" and "2 days 3 hours" are one, since each unit is smaller than the one before it; "2h day"
 * and "1 day, 2h" are two. Null for none; undefined for other words.
 */
export function readLeads(text: string): number[] | null | undefined {
  let rest = plain(text).replace(/ (before|antes)$/, "");
  if (none.includes(rest)) return null;
  const found: number[] = [];
  /** The unit of the last number, in minutes; 0 where nothing can be added to it. */
  let last = 0;
  while (rest !== "") {
    const word = names.find((name) => new RegExp(`^${name}(?![a-z0-9])`).test(rest));
    const [written = word ?? "", count, name = ""] = /^(\d{1,5}) ?([a-z]+)/.exec(rest) ?? [];
    const unit = units.find(([pattern]) => pattern.test(name))?.[1];
    const minutes = word === undefined ? Number(count) * (unit ?? NaN) : (named[word] ?? NaN);
    if (Number.isNaN(minutes)) return undefined;
    if (unit !== undefined && unit < last) found.push((found.pop() ?? 0) + minutes);
    else found.push(minutes);
    rest = rest.slice(written.length).trim();
    const parted = separator.exec(rest)?.[0] ?? "";
    last = parted === "" ? (unit ?? 0) : 0;
    rest = rest.slice(parted.length);
  }
  return found.length > 0 && found.length <= maxLeads ? [...new Set(found)] : undefined;
}

/** One length of time before something, in minutes; null for none; undefined for other words. */
export function readLead(text: string): number | null | undefined {
  const leads = readLeads(text);
  return leads && (leads.length === 1 ? leads[0] : undefined);
}
