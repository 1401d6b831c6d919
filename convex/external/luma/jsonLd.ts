import { assemble, type HostDraft, type Reading } from "./assemble.ts";
import { asFields, asList } from "./text.ts";
import { httpsUrl, isLumaHost } from "./addresses.ts";
import { readSpan } from "./times.ts";
import type { LumaEvent } from "./types.ts";
import { readCoordinates } from "./jsonPlace.ts";

/**
 * Parses a schema.org `Event` of Luma's pages (captures of 2024 to September 2026). Its times have
 * an offset but no time zone; it usually has no description, and an "evt-" id only in its address.
 */
export function readLdEvent(event: Fields, dayZone?: string): Reading {
  const { start, end, isAllDay } = readSpan(
    {
      start: eventText(event["startDate"]),
      end: eventText(event["endDate"]),
      duration: eventText(event["duration"]),
    },
    undefined,
    dayZone,
  );
  const offers = asList(event["offers"]);
  return assemble({
    ...readLdPlace(event),
    title: eventText(event["name"]),
    links: [
      linkText(event["url"]),
      idLink(event["@id"]),
      linkText(event["mainEntityOfPage"]),
    ].concat(offers.map((offer) => linkText(asFields(offer)?.["url"]))),
    start,
    end,
    isAllDay,
    description: eventText(event["description"]),
    coverImage: firstImage(event["image"]),
    hosts: asList(event["organizer"]).map(readOrganizer),
    calendarName: owner(event["organizer"]),
    cancelled: ldWords(event["eventStatus"]).includes("eventcancelled"),
    registrationType: readPrice(offers),
  });
}

/** An `@id` can be an address or just an anchor ("#event", "_:b0"). */
function idLink(value: unknown): string | undefined {
  return typeof value === "string" ? httpsUrl(value)?.href : undefined;
}

function firstImage(value: unknown): string | undefined {
  return asList(value)
    .map((image) => httpsUrl(linkText(image))?.href)
    .find((image) => image !== undefined);
}

function readOrganizer(value: unknown): HostDraft {
  const fields = asFields(value);
  if (fields === undefined) return { name: eventText(value) };
  return {
    name: eventText(fields["name"]),
    avatarUrl: firstImage(fields["image"]),
    handle: handle(fields),
  };
}

/** The handle in luma.com/user/<handle>. */
function handle(organizer: Fields): string | undefined {
  const url = httpsUrl(linkText(organizer["url"]));
  if (url === undefined || !isLumaHost(url.hostname)) return undefined;
  const [first, name] = url.pathname.split("/").filter((segment) => segment !== "");
  return first === "user" ? name : undefined;
}

/** Luma lists the owning calendar as an organization among the organizers. */
function owner(value: unknown): string | undefined {
  const organization = asList(value).find((item) =>
    typesOf(asFields(item) ?? {}).includes("organization"),
  );
  return eventText(asFields(organization)?.["name"]);
}

/** An event with a free ticket is free. Without offers the price is unknown. */
function readPrice(offers: unknown[]): LumaEvent["registrationType"] {
  const prices = offers.flatMap((offer) => {
    const fields = asFields(offer);
    return ldNumber(fields?.["price"]) ?? ldNumber(fields?.["lowPrice"]) ?? [];
  });
  if (prices.length === 0) return undefined;
  return prices.some((price) => price === 0) ? "free" : "paid";
}

type Fields = Record<string, unknown>;

export type LdFound = {
  events: Fields[];
  /** Whether there was a list of events, possibly empty. */
  listed: boolean;
  /** The number of items that the list declares. */
  promised: number;
  /** The number of items that the list contains. */
  shown: number;
  /** The number of items that are no events, and references to events that are not in the page. */
  unread: number;
};

/**
 * Finds the events in ld+json documents. Luma's calendar pages have an `Organization` without
 * events and an `ItemList` since 2026, and had `Organization.events[]` before; `@graph`, plain
 * lists and a single `Event` (an event's own page) occur too.
 */
export function findLdEvents(documents: unknown[]): LdFound {
  const found: Search = {
    events: [],
    listed: false,
    promised: 0,
    shown: 0,
    unread: 0,
    references: new Set(),
  };
  for (const document of documents) visit(document, found);
  const { references, ...rest } = found;
  for (const event of found.events)
    for (const name of [event["@id"], event["url"]]) references.delete(linkText(name) ?? "");
  return { ...rest, unread: rest.unread + references.size };
}

type Search = LdFound & { references: Set<string> };

/** Recursive; `safeJson` limits the depth. */
function visit(node: unknown, found: Search): void {
  if (Array.isArray(node)) {
    for (const item of node) visit(item, found);
    return;
  }
  const fields = asFields(node);
  if (fields === undefined) return;
  if (typesOf(fields).some((type) => type.endsWith("event"))) {
    if (!isReference(fields)) found.events.push(fields);
    return;
  }
  if (typesOf(fields).includes("itemlist")) visitItemList(fields, found);
  for (const key of ["events", "event"]) {
    if (!(key in fields) || fields[key] === null) continue;
    const events = asList(fields[key]);
    if (key === "events" || events.length > 0) found.listed = true;
    found.shown += events.length;
    for (const event of events) visitListed(event, found);
  }
  for (const key of ["@graph", "mainEntity", "hasPart"]) visit(fields[key], found);
}

function visitItemList(fields: Fields, found: Search): void {
  const elements = fields["itemListElement"];
  const promised = Number(fields["numberOfItems"]);
  if (Number.isFinite(promised)) found.promised = Math.max(found.promised, promised);
  if (elements === undefined || elements === null) return;
  found.listed = true;
  found.shown += asList(elements).length;
  for (const element of asList(elements)) {
    const item = asFields(element)?.["item"];
    visitListed(asFields(item) ?? element, found);
  }
}

/** An item of a list of events counts as an event even without `@type`. */
function visitListed(item: unknown, found: Search): void {
  const fields = asFields(item);
  if (fields === undefined) {
    found.unread++;
    return;
  }
  if (isReference(fields)) {
    found.references.add(linkText(fields["@id"]) ?? "");
    return;
  }
  const isOther = typesOf(fields).some((type) => ["itemlist", "organization"].includes(type));
  if (isOther) visit(fields, found);
  else found.events.push(fields);
}

/** `{"@id": "..."}` refers to an event that is defined elsewhere in the page. */
function isReference(fields: Fields): boolean {
  return (
    eventText(fields["name"]) === undefined && fields["startDate"] === undefined && "@id" in fields
  );
}

type PlaceKeys = "location" | "locationDetails" | "locationUrl" | "coordinates" | "eventType";
export type LdPlace = { [K in PlaceKeys]: LumaEvent[K] | undefined };

/** Parses the place of an ld+json event; `location` can be a text, an object or a list of both. */
export function readLdPlace(event: Fields): LdPlace {
  const places = asList(event["location"]);
  const isVirtual = (place: unknown) =>
    typesOf(asFields(place) ?? {}).includes("virtuallocation") ||
    httpsUrl(plain(place)) !== undefined;
  const virtual = places.filter(isVirtual);
  const real = places.filter((place) => !isVirtual(place));
  const place = asFields(real[0]);
  const words = addressWords(place?.["address"]);
  const name = plain(real[0]) ?? eventText(place?.["name"]);
  const geo = asFields(asList(place?.["geo"])[0]) ?? place ?? {};
  return {
    location: name ?? words.street ?? words.city ?? words.all,
    locationDetails: words.all,
    locationUrl: virtual.map(publicLink).find((link) => link !== undefined),
    coordinates: readCoordinates(ldNumber(geo["latitude"]), ldNumber(geo["longitude"])),
    eventType: readMode(event, real.length > 0, virtual.length > 0),
  };
}

function plain(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

/** The link of a virtual place, unless it is the event's own page on Luma. */
function publicLink(place: unknown): string | undefined {
  const url = httpsUrl(plain(place) ?? linkText(place));
  return url === undefined || isLumaHost(url.hostname) ? undefined : url.href;
}

type Words = { street?: string | undefined; city?: string | undefined; all?: string | undefined };

/** Parses a `PostalAddress` or a text. Country and region can be texts or objects with a name. */
function addressWords(value: unknown): Words {
  const first = asList(value)[0];
  const address = asFields(first);
  if (address === undefined) return { all: plain(first) };
  const street = eventText(address["streetAddress"]);
  const city = eventText(address["addressLocality"]);
  const keys = [
    "streetAddress",
    "addressLocality",
    "addressRegion",
    "postalCode",
    "addressCountry",
  ];
  const parts = keys.flatMap((key) => eventText(address[key]) ?? []);
  const all = [...new Set(parts)].join(", ");
  return { street, city, all: all === "" ? undefined : all };
}

function readMode(event: Fields, real: boolean, virtual: boolean): LumaEvent["eventType"] {
  const mode = ldWords(event["eventAttendanceMode"])[0];
  if (mode === "offlineeventattendancemode") return "in-person";
  if (mode === "onlineeventattendancemode") return "virtual";
  if (mode === "mixedeventattendancemode") return "hybrid";
  if (real && virtual) return "hybrid";
  if (real) return "in-person";
  return virtual ? "virtual" : undefined;
}

// In schema.org nearly every value can be a text, an object with a name, or a list of either.

/** The first text in a value: the value itself, its `name` or its `@value`. */
export function eventText(value: unknown): string | undefined {
  return textOf(value, ["name", "@value"]);
}

export function linkText(value: unknown): string | undefined {
  return textOf(value, ["url", "contentUrl", "@id"]);
}

function textOf(value: unknown, keys: string[]): string | undefined {
  for (const item of asList(value)) {
    const fields = asFields(item);
    const found = fields === undefined ? item : keys.map((key) => fields[key]).find(isText);
    if (isText(found)) return found.trim();
  }
  return undefined;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}

/** A number, or a text that is one. */
export function ldNumber(value: unknown): number | undefined {
  const usable = typeof value === "number" || isText(value);
  const number = usable ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

/**
 * The last part of each term, in lower case: "https://schema.org/Event" and "schema:Event" are
 * "event".
 */
export function ldWords(value: unknown): string[] {
  return asList(value).flatMap((item) => {
    const text = textOf(item, ["@id"]);
    return text === undefined ? [] : [(text.split(/[/#:]/).pop() ?? "").toLowerCase()];
  });
}

export function typesOf(fields: Record<string, unknown>): string[] {
  return ldWords(fields["@type"]);
}
