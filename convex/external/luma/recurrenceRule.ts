import ICAL from "ical.js";
import { type FeedClock, type IcsTime, instantOf, readIcsTime } from "./feedTimes.ts";
import { floating } from "./feedZones.ts";

/** A rule of repetition (RRULE). */
export type Rule = {
  /** Gives the dates, and some that do not fit. */
  recur: ICAL.Recur;
  /** Whether a local start belongs to the series. */
  fits: (wall: number) => boolean;
  /** How many dates there are; Infinity without a limit. */
  count: number;
};

const dayMs = 86_400_000;
const maxRuleLength = 500;
const maxInterval = 400;
const weekdays = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];
/**
 * Rules that repeat within a day are none of events. BYWEEKNO is missing, because ical.js 2.2 gives
 * dates in other weeks.
 */
const frequencies = new Set(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]);
const known = new Set(
  "FREQ INTERVAL COUNT UNTIL WKST BYDAY BYMONTHDAY BYYEARDAY BYMONTH BYSETPOS".split(" "),
);
const largestPosition = { WEEKLY: 7, MONTHLY: 31, YEARLY: 366 };

/**
 * Reads a rule for ical.js. What only leaves dates out (BYMONTH; in a daily rule all parts) is applied
 * here to each date: ical.js 2.2 searches for ever for a date that never comes ("every 7 days, on
 * Mondays", from a Saturday), and gives 2 March for 30 February.
 *
 * @throws an Error for a rule that cannot be read or not be worked out in bounded time.
 */
export function readRule(text: string, start: IcsTime, clock: FeedClock): Rule {
  if (text.length > maxRuleLength) throw new Error("the rule is too long");
  const parts = new Map(
    text
      .trim()
      .toUpperCase()
      .split(";")
      .filter(Boolean)
      .map((part): [string, string] => {
        const [name = "", value = ""] = part.split("=", 2);
        return [name, value];
      }),
  );
  const frequency = parts.get("FREQ") ?? "";
  const interval = Number(parts.get("INTERVAL") ?? 1);
  const count = parts.has("COUNT") ? Number(parts.get("COUNT")) : Infinity;
  const isRead =
    [...parts.keys()].every((name) => known.has(name)) &&
    frequencies.has(frequency) &&
    interval >= 1 &&
    interval <= maxInterval &&
    count >= 1;
  if (!isRead) throw new Error("the rule cannot be read");
  checkPositions(parts, frequency);

  const isDaily = frequency === "DAILY";
  // "Friday the 13th": the weekday only leaves days out (RFC 5545, 3.3.10), and ical.js is slow at it.
  const leavesOutDays = isDaily || parts.has("BYMONTHDAY") || parts.has("BYYEARDAY");
  if (leavesOutDays && !isDaily && parts.has("BYDAY") && parts.has("BYSETPOS"))
    throw new Error("the rule takes too much work");
  const inIcalJs = [...parts].filter(([name]) => {
    if (name === "COUNT" || name === "UNTIL") return false;
    if (isDaily) return !name.startsWith("BY");
    if (name === "BYDAY") return !leavesOutDays;
    return name !== "BYMONTH" || frequency === "YEARLY";
  });
  const recur = ICAL.Recur.fromString(inIcalJs.map((part) => part.join("=")).join(";"));
  const until = lastOf(parts.get("UNTIL"), start, clock);
  if (until !== undefined) recur.until = floating(until);
  return { recur, fits: fitsOf(parts, isDaily, leavesOutDays), count };
}

function checkPositions(parts: Map<string, string>, frequency: string): void {
  const positions = parts.get("BYSETPOS")?.split(",").map(Number) ?? [];
  const largest = frequency in largestPosition ? largestPosition[frequency as "WEEKLY"] : 0;
  if (positions.some((position) => !(Math.abs(position) >= 1 && Math.abs(position) <= largest)))
    throw new Error("the rule has a position that does not exist");
}

/** The last local start; a date alone includes that day. */
function lastOf(text: string | undefined, start: IcsTime, clock: FeedClock): number | undefined {
  if (text === undefined) return undefined;
  const line = { name: "UNTIL", params: new Map<string, string>(), value: text };
  const last = readIcsTime(line, { ...clock, local: start.zone });
  if (last === undefined) throw new Error("the end of the rule is not a time");
  return last.isDay ? last.wall + dayMs - 1000 : start.zone.toWall(instantOf(last));
}

function fitsOf(
  parts: Map<string, string>,
  isDaily: boolean,
  leavesOutDays: boolean,
): Rule["fits"] {
  const months = numbersIn(parts.get("BYMONTH"), 1, 12);
  const days = numbersIn(parts.get("BYMONTHDAY"), -31, 31);
  const yearDays = isDaily ? numbersIn(parts.get("BYYEARDAY"), -366, 366) : undefined;
  const names = leavesOutDays ? parts.get("BYDAY")?.split(",") : undefined;
  if (names?.some((name) => !weekdays.includes(name)))
    throw new Error("such a rule has no such day");
  return (wall) => {
    const at = new Date(wall);
    const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
    const daysInMonth = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
    const [first, next] = [Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1)];
    const yearDay = Math.floor((wall - first) / dayMs) + 1;
    return (
      (!months || months.has(month + 1)) &&
      (!days || days.has(day) || days.has(day - daysInMonth - 1)) &&
      (!yearDays || yearDays.has(yearDay) || yearDays.has(yearDay - (next - first) / dayMs - 1)) &&
      (!names || names.includes(weekdays[at.getUTCDay()] ?? ""))
    );
  };
}

function numbersIn(text: string | undefined, least: number, most: number): Set<number> | undefined {
  if (text === undefined) return undefined;
  const numbers = text.split(",").map(Number);
  if (numbers.some((one) => !Number.isInteger(one) || one === 0 || one < least || one > most))
    throw new Error("the rule has a number that cannot be");
  return new Set(numbers);
}
