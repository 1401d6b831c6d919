import { cleanLine, cleanText } from "./clean.ts";
import { compact } from "./compact.ts";
import { readHosts, type HostDraft } from "./hosts.ts";
import { identity } from "./identity.ts";
import { httpsLink } from "./links.ts";
import { readEventLink, type EventLink } from "./slug.ts";
import type { LumaEvent, Refused } from "./types.ts";

type FromSource =
  | "timezone"
  | "eventType"
  | "coordinates"
  | "ownerCalendarId"
  | "cancelled"
  | "registrationCount"
  | "maxCapacity"
  | "registrationType"
  | "isPrivate";

/** What a parser read, before anything of it is believed. */
export type Draft = {
  title: string | undefined;
  /** "evt-...", already checked. */
  id?: string | undefined;
  /** Addresses of the event, best first. */
  links: (string | undefined)[];
  /** Unix ms. */
  start: number | undefined;
  end?: number | undefined;
  description?: string | undefined;
  coverImage?: string | undefined;
  location?: string | undefined;
  locationDetails?: string | undefined;
  locationUrl?: string | undefined;
  calendarName?: string | undefined;
  hosts?: HostDraft[];
} & { [K in FromSource]?: LumaEvent[K] | undefined };

/** One entry read. `placeHidden`: the source says the address is not for everybody. */
export type Reading =
  { ok: true; event: LumaEvent; placeHidden: boolean } | { ok: false; refused: Refused };

/** The rules every event must pass, whichever source it came from. */
export function assemble(draft: Draft, placeHidden = false): Reading {
  const title = cleanLine(draft.title);
  const address = joinLinks(draft);
  const refuse = (reason: string): Reading => ({
    ok: false,
    refused: compact<Refused>({ title, reason, identity: address && identity(address) }),
  });
  if (title === undefined) return refuse("it has no title");
  if (address === undefined) return refuse("it has no usable https address");
  if (draft.start === undefined) return refuse("its start is missing or not a time");

  const location = cleanLine(draft.location);
  const details = cleanLine(draft.locationDetails, 500);
  const event = compact<LumaEvent>({
    ...address,
    title,
    description: cleanText(draft.description),
    coverImage: httpsLink(draft.coverImage),
    startDate: draft.start,
    endDate: draft.end !== undefined && draft.end >= draft.start ? draft.end : undefined,
    timezone: draft.timezone,
    eventType: draft.eventType,
    location: location ?? details,
    locationDetails: location === undefined || details === location ? undefined : details,
    locationUrl: httpsLink(draft.locationUrl),
    coordinates: draft.coordinates,
    hosts: readHosts(draft.hosts ?? []),
    calendarName: cleanLine(draft.calendarName, 120),
    ownerCalendarId: draft.ownerCalendarId,
    cancelled: draft.cancelled === true ? true : undefined,
    registrationCount: wholeCount(draft.registrationCount),
    maxCapacity: wholeCount(draft.maxCapacity),
    registrationType: draft.registrationType,
    isPrivate: draft.isPrivate === true ? true : undefined,
  });
  return { ok: true, event, placeHidden };
}

type Address = Pick<LumaEvent, "lumaEventId" | "lumaSlug" | "lumaUrl" | "external">;

/** The best address decides where the event is; the others may still tell its id or slug. */
function joinLinks(draft: Draft): Address | undefined {
  const links = draft.links
    .map(readEventLink)
    .filter((link): link is EventLink => link !== undefined);
  const id = draft.id ?? links.find((link) => link.id !== undefined)?.id;
  const external = links[0]?.external;
  if (external !== undefined) {
    return compact<Address>({
      lumaEventId: id,
      lumaSlug: undefined,
      lumaUrl: external,
      external: true,
    });
  }
  const slug = links.find((link) => link.slug !== undefined)?.slug;
  const path = slug ?? (id === undefined ? undefined : `event/${id}`);
  if (path === undefined) return undefined;
  return compact<Address>({
    lumaEventId: id,
    lumaSlug: slug,
    lumaUrl: `https://luma.com/${path}`,
    external: undefined,
  });
}

function wholeCount(count: number | undefined): number | undefined {
  return count !== undefined && Number.isInteger(count) && count >= 0 ? count : undefined;
}
