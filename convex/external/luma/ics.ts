import { assemble, type Reading } from "./assemble.ts";
import { type Listing, sortReadings } from "./listing.ts";
import { readDuration, readTime, readZone } from "./times.ts";
import { readCoordinates } from "./jsonPlace.ts";
import { eventId, httpsUrl, isLumaHost } from "./addresses.ts";

/** A feed contains all events a calendar ever published; the latest ones are kept. */
const maxEvents = 1000;

/**
 * Parses Luma's calendar feed (iCalendar, RFC 5545): all published events, past ones included. It
 * has no covers, no visible time zone and no guest counts. `cut`: the file was not read to its end.
 */
export function parseIcs(file: Uint8Array | string, cut = false): Listing {
  const lines = readIcsLines(typeof file === "string" ? new TextEncoder().encode(file) : file);
  if (!lines.some((line) => is(line, "BEGIN", "VCALENDAR"))) {
    return { ok: false, reason: "the calendar feed is not an iCalendar file" };
  }
  const readings = readEvents(lines);
  const kept = readings.toSorted((a, b) => startOf(b) - startOf(a)).slice(0, maxEvents);
  const whole = !cut && lines.some((line) => is(line, "END", "VCALENDAR"));
  return {
    ok: true,
    ...sortReadings(kept.toSorted((a, b) => startOf(a) - startOf(b))),
    complete: whole,
  };
}

function readEvents(lines: IcsLine[]): Reading[] {
  const zone = readZone(lines.find((line) => line.name === "X-WR-TIMEZONE")?.value);
  const readings: Reading[] = [];
  // An alarm inside an event has a DESCRIPTION too: each line belongs to the innermost component.
  const open: string[] = [];
  let fields: IcsFields = new Map();
  for (const line of lines) {
    const component = line.value.trim().toUpperCase();
    if (line.name === "BEGIN") {
      open.push(component);
      if (component === "VEVENT") fields = new Map();
    } else if (line.name === "END") {
      if (component === "VEVENT" && open.at(-1) === "VEVENT") {
        readings.push(readIcsEvent(fields, zone));
      }
      open.splice(Math.max(open.lastIndexOf(component), 0));
    } else if (open.at(-1) === "VEVENT" && !fields.has(line.name)) {
      fields.set(line.name, line);
    }
  }
  return readings;
}

function is(line: IcsLine, name: string, value: string): boolean {
  return line.name === name && line.value.trim().toUpperCase() === value;
}

/** The sort key. A refused entry has no time and must not displace an event that has one. */
function startOf(reading: Reading): number {
  return reading.ok ? reading.event.startDate : 0;
}

/** The properties of one VEVENT by name; the first one of a repeated property. */
export type IcsFields = Map<string, IcsLine>;

/** Parses a VEVENT of Luma's feed. STATUS is TENTATIVE on all of them and is ignored. */
export function readIcsEvent(fields: IcsFields, calendarZone?: string): Reading {
  const text = (name: string) => {
    const line = fields.get(name);
    return line === undefined ? undefined : unescapeIcs(line.value).trim();
  };
  const start = readIcsTime(fields.get("DTSTART"), calendarZone);
  const length = readDuration(text("DURATION"));
  const body = text("DESCRIPTION") ?? "";
  const place = readPlace(text("LOCATION"), text("GEO"));
  return assemble({
    ...place.fields,
    title: text("SUMMARY"),
    id: eventId(text("UID")?.split("@", 1)[0]),
    links: [text("URL"), linkIn(body), place.lumaLink],
    start: start?.at,
    end:
      readIcsTime(fields.get("DTEND"), calendarZone)?.at ??
      (start === undefined || length === undefined ? undefined : start.at + length),
    timezone: start?.zone,
    description: withoutBoilerplate(body),
    hosts: [{ name: fields.get("ORGANIZER")?.params.get("CN") }],
    cancelled: text("STATUS")?.toUpperCase() === "CANCELLED",
    coverImage: undefined,
  });
}

/**
 * LOCATION is an address or a link. A luma.com link means that the venue is hidden or that there is
 * none: then GEO is ignored too, because it would reveal the venue.
 */
function readPlace(location: string | undefined, geo: string | undefined) {
  const url = location === undefined ? undefined : httpsUrl(location);
  if (url !== undefined) {
    const onLuma = isLumaHost(url.hostname);
    return {
      fields: onLuma ? {} : { eventType: "virtual" as const, locationUrl: url.href },
      lumaLink: onLuma ? url.href : undefined,
    };
  }
  const [lat, lng] = (geo ?? "")
    .split(";")
    .map((part) => (part.trim() === "" ? NaN : Number(part)));
  const known = location !== undefined && location !== "";
  return {
    fields: {
      location: location?.replaceAll("\n", ", "),
      coordinates: readCoordinates(lat, lng),
      eventType: known ? ("in-person" as const) : undefined,
    },
    lumaLink: undefined,
  };
}

const linkIntro = "get up-to-date information at:";

/** Finds the event's address in the description: after Luma's intro, else the first Luma link. */
function linkIn(body: string): string | undefined {
  const words = body.split(/\s+/);
  const urls = words.map((word) => httpsUrl(word.replace(/^[(<[]+|[).,;>\]]+$/g, "")));
  const intro = body.toLowerCase().indexOf(linkIntro);
  const after = intro === -1 ? "" : body.slice(intro + linkIntro.length).trim();
  const named = httpsUrl(after.split(/\s/, 1)[0]);
  return (named ?? urls.find((url) => url !== undefined && isLumaHost(url.hostname)))?.href;
}

/** The description without the paragraphs that Luma adds: link, address, hosts. */
function withoutBoilerplate(body: string): string {
  const paragraphs = body.split(/\n\s*\n/);
  return paragraphs
    .filter((paragraph) => {
      const start = paragraph.trim().toLowerCase();
      return ![linkIntro, "address:", "hosted by "].some((intro) => start.startsWith(intro));
    })
    .join("\n\n");
}

/** A content line of an iCalendar file (RFC 5545, 3.1): `NAME;PARAM=VALUE:value`. */
export type IcsLine = { name: string; params: Map<string, string>; value: string };

/**
 * Unfolds and splits a file (RFC 5545, 3.1). Lines are folded at 75 octets, which can be inside a
 * multi-byte character, so they are unfolded before decoding. Accepts CRLF and LF, and a BOM.
 */
export function readIcsLines(bytes: Uint8Array): IcsLine[] {
  const text = new TextDecoder().decode(unfold(bytes));
  return text.split("\n").flatMap((line) => readLine(line.replace(/\r+$/, "")) ?? []);
}

function unfold(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    const lineEnd = bytes[i] === 10 ? i : bytes[i] === 13 && bytes[i + 1] === 10 ? i + 1 : -1;
    const follows = lineEnd === -1 ? 0 : bytes[lineEnd + 1];
    if (follows === 32 || follows === 9) i = lineEnd + 1;
    else out[length++] = bytes[i] ?? 0;
  }
  return out.slice(0, length);
}

/** Splits at the first ":" outside quotes: quoted parameters may contain ":" and ";". */
function readLine(line: string): IcsLine | undefined {
  const cuts: number[] = [];
  let quoted = false;
  let colon = -1;
  for (let i = 0; i < line.length && colon === -1; i++) {
    if (line[i] === '"') quoted = !quoted;
    else if (!quoted && line[i] === ";") cuts.push(i);
    else if (!quoted && line[i] === ":") colon = i;
  }
  if (colon === -1) return undefined;
  const params = new Map<string, string>();
  const ends = [...cuts.slice(1), colon];
  for (const [index, cut] of cuts.entries()) {
    const [key = "", ...rest] = line.slice(cut + 1, ends[index]).split("=");
    params.set(key.trim().toUpperCase(), rest.join("=").replaceAll('"', "").trim());
  }
  const name = line
    .slice(0, cuts[0] ?? colon)
    .trim()
    .toUpperCase();
  return { name, params, value: line.slice(colon + 1) };
}

/** Unescapes a TEXT value: commas, semicolons, backslashes and line ends (RFC 5545, 3.3.11). */
export function unescapeIcs(value: string): string {
  return value.replace(/\\([\\;,nN])/g, (_, c: string) => (c === "n" || c === "N" ? "\n" : c));
}

export type IcsTime = { at: number; zone?: string };

/**
 * Parses DTSTART or DTEND to Unix milliseconds: UTC ("...Z"), local time with TZID, a date, or
 * floating local time, which is read in the calendar's zone (X-WR-TIMEZONE).
 */
export function readIcsTime(line: IcsLine | undefined, calendarZone?: string): IcsTime | undefined {
  if (line === undefined) return undefined;
  const named = line.params.get("TZID");
  // With an unknown TZID the time has no zone and is rejected rather than guessed.
  const zone = named === undefined ? calendarZone : readTzid(named);
  const at = readTime(line.value, zone);
  if (at === undefined) return undefined;
  const isUtc = /Z\s*$/i.test(line.value);
  return zone === undefined || isUtc ? { at } : { at, zone };
}

/** Some programs write "/vendor.org/20240101/America/New_York": the last parts are the zone. */
function readTzid(name: string): string | undefined {
  const parts = name.split("/").filter((part) => part !== "");
  for (const count of [parts.length, 3, 2, 1]) {
    const zone = readZone(parts.slice(-count).join("/"));
    if (zone !== undefined) return zone;
  }
  return undefined;
}
