import { cleanLine, cleanText } from "./text.ts";
import { type EventLink, httpsLink, readEventLink } from "./addresses.ts";
import { readPlaceTexts } from "./placeTexts.ts";
import type { LumaEvent, LumaHost, Refused } from "./types.ts";

type FromSource =
  | "isAllDay"
  | "placeIsHidden"
  | "isOccurrence"
  | "timezone"
  | "eventType"
  | "coordinates"
  | "ownerCalendarId"
  | "cancelled"
  | "registrationCount"
  | "maxCapacity"
  | "registrationType"
  | "isPrivate";

/** The fields that a parser extracted, before validation. */
export type Draft = {
  title: string | undefined;
  /** "evt-...", already validated. */
  id?: string | undefined;
  /** "calev-...", already validated: the identity of an event off Luma without an "evt-" id. */
  entryId?: string | undefined;
  /** Addresses of the event, the best one first. */
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

/** The result of one entry. `placeHidden`: the source marks the address as not public. */
export type Reading =
  { ok: true; event: LumaEvent; placeHidden: boolean } | { ok: false; refused: Refused };

/** Validates and normalizes an event, in the same way for all sources. */
export function assemble(draft: Draft, placeHidden = false): Reading {
  const title = cleanLine(draft.title);
  const address = joinLinks(draft);
  const refuse = (reason: string): Reading => ({
    ok: false,
    refused: compact<Refused>({
      title,
      reason,
      identity: address === undefined ? (draft.id ?? draft.entryId) : identity(address),
    }),
  });
  if (title === undefined) return refuse("it has no title");
  if (address === undefined) return refuse("it has no usable https address");
  if (draft.start === undefined) return refuse("its start is missing or not a time");

  const place = readPlaceTexts(draft, address.lumaUrl);
  const event = compact<LumaEvent>({
    ...address,
    title,
    description: cleanText(draft.description),
    coverImage: httpsLink(draft.coverImage),
    startDate: draft.start,
    endDate: draft.end !== undefined && draft.end >= draft.start ? draft.end : undefined,
    isAllDay: draft.isAllDay === true ? true : undefined,
    timezone: draft.timezone,
    ...place,
    placeIsHidden: draft.placeIsHidden === true ? true : undefined,
    hosts: readHosts(draft.hosts ?? []),
    calendarName: cleanLine(draft.calendarName, 120),
    ownerCalendarId: draft.ownerCalendarId,
    cancelled: draft.cancelled === true ? true : undefined,
    registrationCount: wholeCount(draft.registrationCount),
    maxCapacity: wholeCount(draft.maxCapacity),
    registrationType: draft.registrationType,
    isPrivate: draft.isPrivate === true ? true : undefined,
    isOccurrence: draft.isOccurrence === true ? true : undefined,
  });
  return { ok: true, event, placeHidden };
}

type Address = Pick<LumaEvent, "lumaEventId" | "entryId" | "lumaSlug" | "lumaUrl" | "external">;

/** The best address decides whether the event is on Luma; the others can add its id or slug. */
function joinLinks(draft: Draft): Address | undefined {
  const links = draft.links
    .map(readEventLink)
    .filter((link): link is EventLink => link !== undefined);
  const id = draft.id ?? links.find((link) => link.id !== undefined)?.id;
  const external = links[0]?.external;
  if (external !== undefined) {
    return compact<Address>({
      lumaEventId: id,
      entryId: id === undefined ? draft.entryId : undefined,
      lumaSlug: undefined,
      lumaUrl: external,
      external: true,
    });
  }
  const slug = links.find((link) => link.slug !== undefined)?.slug;
  const path = slug ?? (id === undefined ? undefined : `event/${pageId(id)}`);
  if (path === undefined) return undefined;
  return compact<Address>({
    lumaEventId: id,
    entryId: id === undefined && draft.isOccurrence === true ? draft.entryId : undefined,
    lumaSlug: slug,
    lumaUrl: `https://luma.com/${path}`,
    external: undefined,
  });
}

/** The id of the event's page: that of an occurrence is its series'. */
function pageId(id: string): string {
  return id.split("_", 1)[0] ?? id;
}

function wholeCount(count: number | undefined): number | undefined {
  return count !== undefined && Number.isInteger(count) && count >= 0 ? count : undefined;
}

const maxHosts = 20;

export type HostDraft = {
  name: string | undefined;
  avatarUrl?: string | undefined;
  handle?: string | undefined;
};

/** Hosts in their order, without duplicate names: a calendar and its owner often share one. */
export function readHosts(drafts: HostDraft[]): LumaHost[] | undefined {
  const hosts = new Map<string, LumaHost>();
  for (const draft of drafts) {
    const name = cleanLine(draft.name, 120);
    if (name === undefined) continue;
    const known = hosts.get(name.toLowerCase());
    const host = compact<LumaHost>({
      name: known?.name ?? name,
      avatarUrl: known?.avatarUrl ?? httpsLink(draft.avatarUrl),
      handle: known?.handle ?? readHandle(draft.handle),
    });
    hosts.set(name.toLowerCase(), host);
    if (hosts.size === maxHosts) break;
  }
  return hosts.size === 0 ? undefined : [...hosts.values()];
}

/** A user name on Luma. "usr-..." is an internal id, which is not shown. */
function readHandle(handle: string | undefined): string | undefined {
  const bare = handle?.trim().replace(/^@/, "");
  if (bare === undefined || !/^[A-Za-z0-9_.-]{1,64}$/.test(bare)) return undefined;
  return bare.startsWith("usr-") ? undefined : bare;
}

/**
 * The key by which two readings are the same event: the "evt-" id, which survives a renamed slug
 * and a move between calendars, or the "calev-" id of an external event's entry; else the slug; else
 * the address, which several events off Luma can share.
 */
export function identity(
  event: Pick<LumaEvent, "lumaEventId" | "entryId" | "lumaSlug" | "lumaUrl">,
): string {
  return event.lumaEventId ?? event.entryId ?? event.lumaSlug ?? event.lumaUrl;
}

type Loose<T> = { [K in keyof T]: T[K] | undefined };

/** Removes undefined fields: in a Convex patch an undefined field deletes the stored value. */
export function compact<T extends object>(value: Loose<T>): T;
export function compact(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined));
}
