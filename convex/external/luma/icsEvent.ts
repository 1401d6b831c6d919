import { assemble, type Reading } from "./assemble.ts";
import { readCoordinates } from "./coordinates.ts";
import { unescapeIcs, type IcsLine } from "./icsLines.ts";
import { readIcsTime } from "./icsTime.ts";
import { httpsUrl } from "./links.ts";
import { eventId, isLumaHost } from "./slug.ts";
import { readDuration } from "./times.ts";

/** The properties of one VEVENT by name; of a repeated one the first. */
export type IcsFields = Map<string, IcsLine>;

/** One VEVENT as Luma's feed writes it. STATUS is TENTATIVE on all of them and means nothing. */
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
 * LOCATION is an address, or a link. A luma.com link there means that the venue is hidden or there
 * is none: it is no place, and GEO beside it would give the venue away.
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

const LINK_INTRO = "get up-to-date information at:";

/** The event's address stands only in the description: behind Luma's words, else the first on Luma. */
function linkIn(body: string): string | undefined {
  const words = body.split(/\s+/);
  const urls = words.map((word) => httpsUrl(word.replace(/^[(<[]+|[).,;>\]]+$/g, "")));
  const intro = body.toLowerCase().indexOf(LINK_INTRO);
  const after = intro === -1 ? "" : body.slice(intro + LINK_INTRO.length).trim();
  const named = httpsUrl(after.split(/\s/, 1)[0]);
  return (named ?? urls.find((url) => url !== undefined && isLumaHost(url.hostname)))?.href;
}

/** The description without the paragraphs Luma writes around it: link, address, hosts. */
function withoutBoilerplate(body: string): string {
  const paragraphs = body.split(/\n\s*\n/);
  return paragraphs
    .filter((paragraph) => {
      const start = paragraph.trim().toLowerCase();
      return ![LINK_INTRO, "address:", "hosted by "].some((intro) => start.startsWith(intro));
    })
    .join("\n\n");
}
