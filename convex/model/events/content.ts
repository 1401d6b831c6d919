import { type Infer, v } from "convex/values";
import type { Doc } from "../../_generated/dataModel.js";
import { eventContent } from "../fields.ts";
import { isSafeLink } from "../../../shared/messages/sanitize.ts";
import { isTimezone } from "../../../shared/time/zones.ts";
import { refusal } from "../refusal.ts";

export const contentValidator = v.object(eventContent);
export type EventContent = Infer<typeof contentValidator>;

const fieldNames = Object.keys(eventContent) as (keyof EventContent)[];

/** The content fields of an event row. */
export function contentOf(event: Doc<"events">): EventContent {
  return Object.fromEntries(
    fieldNames.filter((name) => event[name] !== undefined).map((name) => [name, event[name]]),
  ) as EventContent;
}

/** Fields that can be removed: a limit of seats that is lifted, a place that is hidden now. */
type Removable = "location" | "locationDetails" | "locationUrl" | "coordinates" | "maxCapacity";

/** New values of fields; undefined removes one. */
export type ContentChanges = Partial<Omit<EventContent, Removable>> & {
  [K in Removable]?: EventContent[K] | undefined;
};

/**
 * The fields of `incoming` that differ from `current`; fields that an admin has set by hand
 * (`curated`) are not changed by a sync.
 */
export function changesTo(
  current: EventContent,
  incoming: ContentChanges,
  curated: readonly string[] = [],
): ContentChanges {
  return Object.fromEntries(
    fieldNames
      .filter((name) => name in incoming && !curated.includes(name))
      .filter((name) => !isSame(name, incoming[name], current[name]))
      .map((name) => [name, incoming[name]]),
  );
}

/** Sources write the same time with and without seconds: less than a minute is no difference. */
function isSame(name: string, one: unknown, other: unknown): boolean {
  const isTime = name === "startDate" || name === "endDate";
  if (isTime && typeof one === "number" && typeof other === "number")
    return Math.abs(one - other) < 60_000;
  return stable(one) === stable(other);
}

/**
 * A fingerprint of one value: two times FNV-1a, 32 bits. Every sync computes one for each field of each
 * event, so that it has to be cheap.
 */
export function valueHash(value: unknown): string {
  const text = stable(value);
  let [one, other] = [0x811c9dc5, 0x9dc5811c];
  for (let at = 0; at < text.length; at++) {
    one = Math.imul(one ^ text.charCodeAt(at), 0x01000193);
    other = Math.imul(other ^ (text.charCodeAt(at) + at), 0x01000193);
  }
  return `${(one >>> 0).toString(36)}${(other >>> 0).toString(36)}`;
}

/** Serializes a value with sorted keys: equal values give equal text. */
function stable(value: unknown): string {
  if (value === undefined) return "";
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** A fingerprint of an event's content: FNV-1a, 64 bits. */
export function contentHash(content: EventContent): string {
  let hash = 0xcbf29ce484222325n;
  for (const character of stable(content)) {
    hash ^= BigInt(character.codePointAt(0) ?? 0);
    hash = BigInt.asUintN(64, hash * 0x100000001b3n);
  }
  return hash.toString(36);
}

/**
 * Checks the times, time zone and link of an event that an admin entered.
 *
 * @throws bad-event
 */
export function checkContent({
  startDate,
  endDate,
  lumaUrl,
  timezone,
}: Partial<EventContent>): void {
  const times = [startDate, endDate].filter((time) => time !== undefined);
  const isBackwards = startDate !== undefined && endDate !== undefined && endDate < startDate;
  const isBad =
    isBackwards ||
    times.some((time) => !Number.isFinite(time)) ||
    (lumaUrl !== undefined && !isSafeLink(lumaUrl)) ||
    (timezone !== undefined && !isTimezone(timezone));
  if (isBad) throw refusal("bad-event");
}
