import type { LumaEvent } from "../../external/luma/types.ts";
import type { Doc } from "../../_generated/dataModel.js";
import { type ContentChanges, type EventContent, valueHash } from "../events/content.ts";
import { fromLuma } from "./luma.ts";

// What is news in what a source says of a known event. The sources word the same event differently (a
// place by its name or by its address, with or without hosts), so a field counts as changed where it
// differs from what the *same* source said before. A calendar that is read by another source for a
// while changes nothing, and tells nobody anything.

/** What one source said of each field, as hashes; the place is one field. */
export type Reading = Record<string, string>;

type News = {
  changes: ContentChanges;
  /** Absent where the source says what it said before. */
  reading?: Reading;
  placeIsHidden?: boolean;
};

const placeFields = ["location", "locationDetails", "locationUrl", "coordinates"] as const;
type PlaceField = (typeof placeFields)[number];
/** Fields that mean the same in every source. */
const commonFields = new Set<string>([
  "title",
  "startDate",
  "endDate",
  "isAllDay",
  "registrationCount",
  "maxCapacity",
  "isPublished",
]);

/** What `source` says that is to be written to the event, which its own calendar wrote before. */
export function newsFrom(known: Doc<"events">, incoming: LumaEvent, source: string): News {
  const place = placeOf(incoming);
  const { fields, reading } = readingOf(incoming, place);
  const before = known.readings?.[source];
  const isFirst = before === undefined && Object.keys(known.readings ?? {}).length > 0;
  const changes: ContentChanges = isFirst
    ? firstWords(known, fields)
    : Object.fromEntries(
        Object.entries(fields).filter(([name]) => before?.[name] !== reading[name]),
      );
  // The source called it private before and does not any more.
  if (before?.["isPublished"] === valueHash(false) && fields.isPublished === undefined)
    changes.isPublished = true;
  const isPlaceNews = isFirst
    ? isOtherPlace(known, incoming, place)
    : place !== undefined && before?.["place"] !== reading["place"];
  const whole = { ...before, ...reading };
  if (fields.isPublished === undefined) delete whole["isPublished"];
  const isSame = before !== undefined && valueHash(before) === valueHash(whole);
  return {
    changes: { ...changes, ...(isPlaceNews && place) },
    ...(!isSame && { reading: whole }),
    ...(isPlaceNews && { placeIsHidden: incoming.placeIsHidden === true }),
  };
}

/** What a source says, as it is kept to compare it with what it says next. */
export function firstReading(incoming: LumaEvent): Reading {
  return readingOf(incoming, placeOf(incoming)).reading;
}

function fieldsOf(incoming: LumaEvent): Partial<EventContent> {
  return Object.fromEntries(
    Object.entries(fromLuma(incoming)).filter(([name]) => !isPlaceField(name)),
  );
}

function readingOf(incoming: LumaEvent, place: ContentChanges | undefined) {
  const fields = fieldsOf(incoming);
  const reading: Reading = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, valueHash(value)]),
  );
  if (place !== undefined) reading["place"] = valueHash([place, incoming.placeIsHidden === true]);
  return { fields, reading };
}

function isPlaceField(name: string): name is PlaceField {
  return placeFields.some((field) => field === name);
}

/**
 * The place as a whole, with undefined for what there is not: a new place does not keep the street of
 * the old one, and a hidden address takes its coordinates and its link along. Undefined where the
 * source says nothing of the place.
 */
function placeOf(incoming: LumaEvent): ContentChanges | undefined {
  const { location, locationDetails, locationUrl, coordinates, eventType } = incoming;
  const isKnown =
    incoming.placeIsHidden === true ||
    location !== undefined ||
    locationUrl !== undefined ||
    eventType === "virtual";
  return isKnown ? { location, locationDetails, locationUrl, coordinates } : undefined;
}

/** The first time that a source describes an event which another one has described. */
function firstWords(known: Doc<"events">, fields: Partial<EventContent>): ContentChanges {
  const hasSlug = fields.lumaSlug !== undefined;
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([name]) =>
        commonFields.has(name) ||
        known[name as keyof EventContent] === undefined ||
        (name === "hosts" && known.hosts.length === 0) ||
        (hasSlug && (name === "lumaSlug" || name === "lumaUrl")),
    ),
  );
}

/** Whether a source that describes the event for the first time means another place. */
function isOtherPlace(
  known: Doc<"events">,
  incoming: LumaEvent,
  place: ContentChanges | undefined,
): boolean {
  if (place === undefined || known.placeIsHidden === true) return false;
  if (incoming.placeIsHidden === true) return true;
  if (placeFields.every((field) => known[field] === undefined)) return true;
  const [theirs, ours] = [wordsOf(place), wordsOf(known)];
  return theirs.size > 0 && ours.size > 0 && [...theirs].every((word) => !ours.has(word));
}

function wordsOf({ location, locationDetails }: ContentChanges): Set<string> {
  const text = `${location ?? ""} ${locationDetails ?? ""}`.toLowerCase();
  return new Set(text.split(/[^\p{L}\p{N}]+/u).filter(Boolean));
}

/** What another organization's calendar adds to an event: only what is missing. */
export function missingFrom(known: Doc<"events">, incoming: LumaEvent): ContentChanges {
  const place = placeOf(incoming);
  const hasPlace = placeFields.some((field) => known[field] !== undefined);
  const missing = Object.entries(fieldsOf(incoming)).filter(
    ([name]) => known[name as keyof EventContent] === undefined,
  );
  return {
    ...Object.fromEntries(missing),
    ...(!hasPlace && !known.placeIsHidden && !incoming.placeIsHidden && place),
  };
}
