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
import { readRule, type Rule } from "./recurrenceRule.ts";

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

const tooOften = { ok: false, reason: "it repeats too often to be read" } as const;

/** What is left to work out for one feed: a rule of "every second" must not take minutes. */
export type Work = { steps: number };
export const maxSteps = 30_000;

const dayMs = 86_400_000;
const horizonMs = 366 * dayMs;
/** More than the days of a year. */
const maxOccurrences = 400;
/** Far more than any rule of a daily event since 1990 takes. */
const maxStepsEach = 15_000;
const maxDates = 1000;
/** How long ago a date may have been due by the rule and still be ahead, moved. */
const keptMs = 60 * dayMs;

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
  const text = master.fields.get("RRULE")?.value;
  // Nothing is left for it, so that not even its rule is read.
  if (text !== undefined && work.steps <= 0) return tooOften;
  try {
    const rule = text === undefined ? undefined : readRule(text, start, clock);
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

type Rules = {
  master: RawEvent;
  start: IcsTime;
  rule: Rule | undefined;
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
  const walls = wallsOf(start, rule, zone.toWall(now), work);
  if (walls === undefined) return tooOften;
  const added = datesOf(master, "RDATE", start, clock);
  const excluded = datesOf(master, "EXDATE", start, clock);
  for (const wall of added.walls) walls.add(wall);
  for (const wall of excluded.walls) walls.delete(wall);
  const single = new Map(
    revisions.filter(({ isRange }) => !isRange).map((one) => [one.original, one]),
  );
  // Of several ranges the one that begins last applies (RFC 5545, 3.8.4.4).
  const ranges = revisions.filter(({ isRange }) => isRange).sort((a, b) => b.original - a.original);
  const ruled = [...walls].map((wall): Occurrence => {
    const original = zone.toInstant(wall);
    const own = single.get(original);
    single.delete(original);
    const range = own ? undefined : ranges.find((one) => one.original <= original);
    if (own) return own;
    if (range) return shifted(range, wall, zone, original);
    const at = { ...start, wall };
    return { event: master, start: at, end: endOf(at, length), original };
  });
  // Revisions of dates that the rule does not give: RFC 5545 allows none, programs write them.
  const others = [...single.values()].filter(
    ({ original }) => !excluded.walls.has(zone.toWall(original)),
  );
  const found = [...ruled, ...others]
    .filter(isNear(now))
    .toSorted((a, b) => instantOf(a.start) - instantOf(b.start));
  return {
    ok: true,
    occurrences: found.slice(0, maxOccurrences),
    isWhole: isWhole && added.isRead && excluded.isRead && found.length <= maxOccurrences,
  };
}

/**
 * The local starts of a series until a year from `today` (a local time), the first one included: it
 * always counts, whether or not the rule gives it (RFC 5545, 3.8.5.3). Undefined where that takes too
 * much work.
 */
function wallsOf(
  start: IcsTime,
  rule: Rule | undefined,
  today: number,
  work: Work,
): Set<number> | undefined {
  const walls = new Set([start.wall]);
  if (rule === undefined) return walls;
  const dates = rule.recur.iterator(floating(beginOf(start, rule, today)));
  let left = rule.count - 1;
  let steps = 0;
  for (let next = dates.next(); next && left > 0; next = dates.next()) {
    if (++steps > maxStepsEach || --work.steps < 0) return undefined;
    const wall = wallOf(next);
    if (wall > today + horizonMs) break;
    if (wall <= start.wall || !rule.fits(wall)) continue;
    left--;
    // A moved date can be a while behind its place in the series.
    if (wall > today - keptMs) walls.add(wall);
  }
  return walls;
}

/** The days of a period that repeats itself whatever else the rule says. */
const daysOf: Partial<Record<string, number>> = { DAILY: 1, WEEKLY: 7 };

/**
 * Where to begin working out a rule: the days or weeks of one without a number of dates repeat
 * themselves, so that what is long past is left out in whole periods.
 */
function beginOf({ wall }: IcsTime, { recur, count }: Rule, today: number): number {
  const days = daysOf[recur.freq];
  if (days === undefined || Number.isFinite(count)) return wall;
  const period = days * recur.interval * dayMs;
  const periods = Math.floor((today - keptMs - wall) / period) - 1;
  return periods > 0 ? wall + periods * period : wall;
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

/** The local starts that RDATE adds or EXDATE takes away, on the clock of the series. */
function datesOf(
  master: RawEvent,
  name: "RDATE" | "EXDATE",
  start: IcsTime,
  clock: FeedClock,
): { walls: Set<number>; isRead: boolean } {
  const walls = new Set<number>();
  let isRead = true;
  for (const line of master.dates.filter((one) => one.name === name)) {
    for (const text of line.value.split(",", maxDates + 1)) {
      // A PERIOD's start counts ("20261101T090000Z/PT1H").
      const at = readIcsValue(text.split("/", 1)[0] ?? "", line, clock);
      if (at === undefined || walls.size >= maxDates) isRead = false;
      else walls.add(onClock(at, start));
    }
  }
  return { walls, isRead };
}

/** A time on the clock of the series; a date alone means the series' own hour of that day. */
function onClock(at: IcsTime, start: IcsTime): number {
  if (!at.isDay) return start.zone.toWall(instantOf(at));
  return start.isDay ? at.wall : at.wall + (start.wall % dayMs);
}
