import { assemble, type Draft, type Reading } from "./assemble.ts";
import { entryId, eventId, httpsUrl, isLumaHost } from "./addresses.ts";
import { unescapeIcs } from "./feedLines.ts";
import type { RawEvent } from "./feedParts.ts";
import { type FeedClock, type IcsTime, instantOf, lengthOf, readIcsTime } from "./feedTimes.ts";
import { readCoordinates } from "./jsonPlace.ts";
import { occurrencesOf, type Series, type Work } from "./recurrence.ts";
import { isPlausible } from "./times.ts";
import type { LumaEvent } from "./types.ts";

/** Longer texts are cut before they are looked at. */
const maxTextLength = 100_000;

function textIn({ fields }: RawEvent, name: string): string | undefined {
  const line = fields.get(name);
  return line === undefined ? undefined : unescapeIcs(line.value.slice(0, maxTextLength)).trim();
}

/** Parses a VEVENT that happens once. */
export function readIcsEvent(event: RawEvent, clock: FeedClock): Reading {
  const start = readIcsTime(event.fields.get("DTSTART"), clock);
  const length = start && lengthOf(event, start, clock);
  const end =
    start === undefined || length === undefined
      ? undefined
      : start.zone.toInstant(start.wall + length);
  return withStart(
    assemble({ ...draftOf(event), ...identityOf(event), ...timesOf(start, end) }),
    start && instantOf(start),
  );
}

/** A refused entry whose start is known: it may be over. */
function withStart(reading: Reading, start: number | undefined): Reading {
  if (reading.ok || start === undefined) return reading;
  return { ok: false, refused: { ...reading.refused, start } };
}

/**
 * The dates of a recurring event within the coming year. A date's identity is that of the series and
 * its start by the rule, so that a date that is moved or called off stays the same one.
 */
export function readOccurrences(
  series: Series,
  clock: FeedClock,
  now: number,
  work: Work,
): { readings: Reading[]; isWhole: boolean } {
  const first = series.master ?? series.overrides[0];
  const expanded = occurrencesOf(series, clock, now, work);
  if (!expanded.ok) {
    const {
      title,
      id,
      entryId: entry,
    } = first
      ? { ...draftOf(first), ...identityOf(first) }
      : { title: undefined, id: undefined, entryId: undefined };
    const identity = id ?? entry;
    const refused = {
      reason: expanded.reason,
      ...(title !== undefined && { title }),
      ...(identity !== undefined && { identity }),
    };
    return { readings: [{ ok: false, refused }], isWhole: false };
  }
  const isOff = first !== undefined && isCancelled(series.master ?? first);
  const readings = expanded.occurrences.map(({ event, start, end, original }) => {
    const draft = { ...(series.master && draftOf(series.master)), ...known(draftOf(event)) };
    return assemble({
      ...draft,
      title: draft.title,
      links: draft.links ?? [],
      ...identityOf(first ?? event, original),
      ...timesOf(start, end),
      isOccurrence: true,
      cancelled: (series.master !== undefined && isOff) || isCancelled(event),
    });
  });
  return { readings, isWhole: expanded.isWhole };
}

/** Without the fields that a revision leaves out: those are the series'. */
function known(draft: Fields): Partial<Fields> {
  return Object.fromEntries(
    Object.entries(draft).filter(([, value]) =>
      Array.isArray(value) ? value.some(Boolean) : value !== undefined,
    ),
  );
}

function isCancelled(event: RawEvent): boolean {
  return textIn(event, "STATUS")?.toUpperCase() === "CANCELLED";
}

type Times = Pick<Draft, "start" | "end" | "timezone" | "isAllDay">;

function timesOf(start: IcsTime | undefined, end: number | undefined): Times {
  const at = start && instantOf(start);
  return {
    start: at !== undefined && isPlausible(at) ? at : undefined,
    end,
    timezone: start?.isDay === true ? undefined : start?.zone.name,
    isAllDay: start?.isDay,
  };
}

/** `original`: of one date of a series its start by the rule (Unix milliseconds). */
function identityOf(event: RawEvent, original?: number): Pick<Draft, "id" | "entryId"> {
  const uid = textIn(event, "UID") ?? "";
  const [name = ""] = uid.split("@", 1);
  const suffix = original === undefined ? "" : `_${stamp(original)}`;
  const [id, entry] = [eventId(name), entryId(name)];
  if (id !== undefined) return { id: `${id}${suffix}` };
  if (entry !== undefined) return { entryId: `${entry}${suffix}` };
  // Other programs' ids identify the dates of one series; a single event has its address.
  const plain = uid.replace(/[^A-Za-z0-9-]/g, "").slice(0, 60);
  return suffix === "" || plain === "" ? {} : { entryId: `ics-${plain}${suffix}` };
}

/** "20261207T180000Z". */
function stamp(at: number): string {
  return new Date(at)
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replace(/[:-]/g, "");
}

type Fields = Omit<Draft, "id" | "entryId" | "start" | "end" | "timezone" | "isAllDay">;

/** What a VEVENT says besides its identity and times. STATUS is TENTATIVE on all of Luma's. */
function draftOf(event: RawEvent): Fields {
  const body = textIn(event, "DESCRIPTION") ?? "";
  const location = textIn(event, "LOCATION");
  const named = linkAfterIntro(body);
  // Of an event off Luma, LOCATION is the address of its page.
  const isEntry = textIn(event, "UID")?.startsWith("calev-") === true;
  const ownLink = isEntry && named === undefined ? externalLink(location) : undefined;
  const place = readPlace(ownLink === undefined ? location : undefined, textIn(event, "GEO"), body);
  const category = textIn(event, "CLASS")?.toUpperCase();
  return {
    ...place.fields,
    title: textIn(event, "SUMMARY"),
    links: [textIn(event, "URL"), named, ownLink, lumaLinkIn(body), place.lumaLink],
    description: withoutBoilerplate(body),
    hosts: [{ name: event.fields.get("ORGANIZER")?.params.get("CN") }],
    cancelled: isCancelled(event),
    isPrivate: category === undefined ? undefined : category !== "PUBLIC",
  };
}

function externalLink(location: string | undefined): string | undefined {
  const url = httpsUrl(location);
  return url === undefined || isLumaHost(url.hostname) ? undefined : url.href;
}

/**
 * LOCATION is an address or a link. A luma.com link means that the event is online, or, where there is
 * a GEO or the paragraph "Address:", that the venue is hidden: then GEO is ignored, because it would
 * reveal the venue.
 */
function readPlace(location: string | undefined, geo: string | undefined, body: string) {
  const url = httpsUrl(location);
  if (url !== undefined && isLumaHost(url.hostname)) {
    const isHidden = geo !== undefined || body.toLowerCase().includes("\naddress:");
    const eventType = isHidden ? undefined : ("virtual" as const);
    return { fields: { eventType, placeIsHidden: isHidden }, lumaLink: url.href };
  }
  const [lat, lng] = (geo ?? "")
    .split(";")
    .map((part) => (part.trim() === "" ? NaN : Number(part)));
  const hasPlace = location !== undefined && location !== "";
  const eventType: LumaEvent["eventType"] = hasPlace ? "in-person" : undefined;
  return {
    fields: {
      location: location?.replaceAll("\n", ", "),
      coordinates: readCoordinates(lat, lng),
      eventType,
    },
    lumaLink: undefined,
  };
}

const linkIntro = "get up-to-date information at:";

/** The link that Luma names as the event's own. */
function linkAfterIntro(body: string): string | undefined {
  const intro = body.toLowerCase().indexOf(linkIntro);
  if (intro === -1) return undefined;
  const after = body.slice(intro + linkIntro.length).trimStart();
  return httpsUrl(after.split(/\s/, 1)[0])?.href;
}

const calendarIntro = "find more information on";

/** The first Luma link of a text, but for the calendar's own, to which Luma points. */
function lumaLinkIn(body: string): string | undefined {
  const intro = body.toLowerCase().indexOf(calendarIntro);
  const text = intro === -1 ? body : body.slice(0, intro);
  for (const word of text.split(/\s+/)) {
    const url = httpsUrl(withoutMarks(word));
    if (url !== undefined && isLumaHost(url.hostname)) return url.href;
  }
  return undefined;
}

/** A word without the brackets and stops around it, in one pass from each side. */
function withoutMarks(word: string): string {
  let [from, to] = [0, word.length];
  while (from < to && "(<[".includes(word[from] ?? "")) from++;
  while (to > from && ").,;>]".includes(word[to - 1] ?? "")) to--;
  return word.slice(from, to);
}

/** The description without the paragraphs that Luma adds: links, address, hosts. */
function withoutBoilerplate(body: string): string {
  const intros = [linkIntro, calendarIntro, "address:", "hosted by "];
  return body
    .split(/\n\s*\n/)
    .filter((paragraph) => {
      const start = paragraph.trim().toLowerCase();
      return !intros.some((intro) => start.startsWith(intro));
    })
    .join("\n\n");
}
