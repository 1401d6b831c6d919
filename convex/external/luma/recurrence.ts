import ICAL from "ical.js";
import type { RawEvent } from "./feedParts.ts";
import {
  type FeedClock,
  type IcsTime,
  instantOf,
  lengthOf,
  readIcsTime,
  readIcsValue,
} from "./feedTimes.ts";
import { floating, wallOf, type Zone } from "./feedZones.ts";

// Recurring events (RFC 5545, 3.8.5) become their dates within the coming year. ical.js works out the
// rule on the event's own clock, without zones; the zone is applied to each date afterwards, so that a
// meeting at 18:00 stays at 18:00 when the clocks change.

/** A recurring event and the revisions of single dates of it (RECURRENCE-ID). */
export type Series = { master: RawEvent | undefined; overrides: RawEvent[] };

export type Occurrence = {
  event: RawEvent;
  start: IcsTime;
  /** Unix milliseconds. */
  end: number | undefined;
  /** The start by the rule, before any revision (Unix milliseconds): its identity in the series. */
  original: number;
};

export type Expansion =
  | { ok: true; occurrences: Occurrence[]; isWhole: boolean }
  | { ok: false; reason: string; start?: number };

/** What is left to work out for one feed: a rule of "every second" must not take minutes. */
export type Work = { steps: number };
export const maxSteps = 60_000;

const dayMs = 86_400_000;
const horizonMs = 366 * dayMs;
/** More than the days of a year. */
const maxOccurrences = 400;
/** Far more than any rule of a daily event since 1990 takes. */
const maxStepsEach = 15_000;
const maxRuleLength = 500;
const maxDates = 1000;
const maxInterval = 400;

/** The dates of a series from yesterday until a year from `now` (Unix milliseconds). */
export function occurrencesOf(
  { master, overrides }: Series,
  clock: FeedClock,
  now: number,
  work: Work,
): Expansion {
  const revisions = overrides.flatMap((event) => revisionOf(event, clock) ?? []);
  const isWhole = revisions.length === overrides.length;
  if (master === undefined) {
    const occurrences = revisions.filter(({ isRange }) => !isRange).filter(isNear(now));
    return { ok: true, occurrences, isWhole: isWhole && occurrences.length <= maxOccurrences };
  }
  const start = readIcsTime(master.fields.get("DTSTART"), clock);
  if (start === undefined) return { ok: false, reason: "its start is missing or not a time" };
  const rule = master.fields.get("RRULE")?.value.trim();
  if (rule !== undefined && !isBounded(rule))
    return { ok: false, reason: "its rule of repetition cannot be read" };
  try {
    return expand({ master, start, rule, revisions, isWhole }, clock, now, work);
  } catch {
    return { ok: false, reason: "its rule of repetition cannot be read" };
  }
}

type Revision = Occurrence & { isRange: boolean; length: number | undefined; id: IcsTime };

function revisionOf(event: RawEvent, clock: FeedClock): Revision | undefined {
  const line = event.fields.get("RECURRENCE-ID");
  const id = readIcsTime(line, clock);
  const start = readIcsTime(event.fields.get("DTSTART"), clock) ?? id;
  if (line === undefined || id === undefined || start === undefined) return undefined;
  const length = lengthOf(event, start, clock);
  const isRange = line.params.get("RANGE")?.toUpperCase() === "THISANDFUTURE";
  return { event, start, end: endOf(start, length), original: instantOf(id), isRange, length, id };
}

function endOf(start: IcsTime, length: number | undefined): number | undefined {
  return length === undefined ? undefined : start.zone.toInstant(start.wall + length);
}

/**
 * Whether a rule can be worked out in bounded time. Rules that repeat within a day are none of
 * events, and ical.js counts up to an interval step by step.
 */
function isBounded(rule: string): boolean {
  if (rule.length > maxRuleLength) return false;
  const parts = new Map(
    rule
      .toUpperCase()
      .split(";")
      .map((part): [string, string] => {
        const [name = "", value = ""] = part.split("=", 2);
        return [name, value];
      }),
  );
  const interval = Number(parts.get("INTERVAL") ?? 1);
  const count = Number(parts.get("COUNT") ?? 1);
  return (
    [...parts.keys()].every((name) => ruleParts.has(name)) &&
    frequencies.has(parts.get("FREQ") ?? "") &&
    interval >= 1 &&
    interval <= maxInterval &&
    count >= 1
  );
}

const frequencies = new Set(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]);
/** BYWEEKNO is missing: ical.js 2.2 gives dates in other weeks. */
const ruleParts = new Set(
  "FREQ INTERVAL COUNT UNTIL WKST BYDAY BYMONTHDAY BYYEARDAY BYMONTH BYSETPOS".split(" "),
);

type Rules = {
  master: RawEvent;
  start: IcsTime;
  rule: string | undefined;
  revisions: Revision[];
  isWhole: boolean;
};

function expand(
  { master, start, rule, revisions, isWhole }: Rules,
  clock: FeedClock,
  now: number,
  work: Work,
): Expansion {
  const { zone } = start;
  const length = lengthOf(master, start, clock);
  const { component, isRead } = componentOf(master, start, rule, clock);
  const single = new Map(
    revisions.filter(({ isRange }) => !isRange).map((one) => [one.original, one]),
  );
  // The earliest range that begins last applies (RFC 5545, 3.8.4.4).
  const ranges = revisions.filter(({ isRange }) => isRange).sort((a, b) => b.original - a.original);
  const occurrences: Occurrence[] = [];
  const dates = new ICAL.RecurExpansion({ component, dtstart: floating(start.wall) });
  const horizon = now + horizonMs;
  const seen = new Set<number>();
  let steps = 0;
  for (let next = dates.next(); next; next = dates.next()) {
    if (++steps > maxStepsEach || --work.steps < 0)
      return { ok: false, reason: "it repeats too often to be read" };
    const wall = wallOf(next);
    const original = zone.toInstant(wall);
    if (seen.has(original)) continue;
    seen.add(original);
    const own = single.get(original);
    single.delete(original);
    const range = own ? undefined : ranges.find((one) => one.original <= original);
    const found = own ?? (range ? shifted(range, wall, zone, original) : undefined);
    const ruled = { ...start, wall };
    const one = found ?? { event: master, start: ruled, end: endOf(ruled, length), original };
    if (original > horizon) break;
    if (isNear(now)(one)) occurrences.push(one);
    if (occurrences.length > maxOccurrences) break;
  }
  // Revisions of dates that the rule does not give: RFC 5545 allows none, programs write them.
  const excluded = excludedBy(master, clock);
  const extra = [...single.values()].filter(
    (one) => isNear(now)(one) && !excluded.has(one.original),
  );
  const all = [...occurrences, ...extra];
  return {
    ok: true,
    occurrences: all.slice(0, maxOccurrences),
    isWhole: isWhole && isRead && all.length <= maxOccurrences,
  };
}

/** A date behind a THISANDFUTURE revision: moved, and as long, as that revision says. */
function shifted(range: Revision, wall: number, zone: Zone, original: number): Occurrence {
  const moved = zone.toWall(instantOf(range.start)) - zone.toWall(range.original);
  const start = { wall: wall + moved, zone, isDay: range.start.isDay };
  return { event: range.event, start, end: endOf(start, range.length), original };
}

function isNear(now: number) {
  return ({ start, end }: Occurrence) => {
    const at = instantOf(start);
    return (end ?? at) > now - dayMs && at < now + horizonMs;
  };
}

/** The recurrence of an event as ical.js wants it, on the clock of its start. */
function componentOf(
  master: RawEvent,
  start: IcsTime,
  rule: string | undefined,
  clock: FeedClock,
): { component: ICAL.Component; isRead: boolean } {
  const component = new ICAL.Component("vevent");
  component.addPropertyWithValue("dtstart", floating(start.wall));
  // The first date always counts, whether or not the rule gives it (RFC 5545, 3.8.5.3).
  component.addPropertyWithValue("rdate", floating(start.wall));
  if (rule !== undefined) component.addPropertyWithValue("rrule", ruleOf(rule, start, clock));
  let [isRead, count] = [true, 0];
  for (const line of master.dates) {
    for (const text of line.value.split(",").slice(0, maxDates)) {
      // A PERIOD's start counts ("20261101T090000Z/PT1H").
      const at = readIcsValue(text.split("/", 1)[0] ?? "", line, clock);
      if (at === undefined || ++count > maxDates) isRead = false;
      else component.addPropertyWithValue(line.name.toLowerCase(), floating(onClock(at, start)));
    }
  }
  return { component, isRead };
}

/** A time on the clock of the series; a date alone means the series' own hour of that day. */
function onClock(at: IcsTime, start: IcsTime): number {
  if (!at.isDay) return start.zone.toWall(instantOf(at));
  return start.isDay ? at.wall : at.wall + (start.wall % dayMs);
}

function ruleOf(text: string, start: IcsTime, clock: FeedClock): ICAL.Recur {
  const until = /(?:^|;)UNTIL=([^;]+)/i.exec(text)?.[1];
  const recur = ICAL.Recur.fromString(text.replace(/;?UNTIL=[^;]+/i, "").replace(/^;/, ""));
  if (until === undefined) return recur;
  const line = { name: "UNTIL", params: new Map<string, string>(), value: until };
  const last = readIcsTime(line, { ...clock, local: start.zone });
  if (last === undefined) throw new Error("the end of a rule is not a time");
  // A date alone includes that day.
  const wall = last.isDay ? last.wall + dayMs - 1000 : start.zone.toWall(instantOf(last));
  recur.until = floating(wall);
  return recur;
}

function excludedBy(master: RawEvent, clock: FeedClock): Set<number> {
  const lines = master.dates.filter(({ name }) => name === "EXDATE");
  return new Set(
    lines.flatMap((line) =>
      line.value
        .split(",")
        .slice(0, maxDates)
        .flatMap((text) => {
          const at = readIcsValue(text, line, clock);
          return at === undefined ? [] : [instantOf(at)];
        }),
    ),
  );
}
