import { assemble, type Reading } from "./assemble.ts";
import type { HostDraft } from "./hosts.ts";
import { asFields, asList } from "./lenient.ts";
import { readLdPlace } from "./ldPlace.ts";
import { eventText, ldNumber, ldWords, linkText, typesOf } from "./ldText.ts";
import { httpsUrl } from "./links.ts";
import { isLumaHost } from "./slug.ts";
import { readDuration, readTime } from "./times.ts";
import type { LumaEvent } from "./types.ts";

type Fields = Record<string, unknown>;

/**
 * One schema.org `Event` as Luma's pages hold it (captures of 2024 to September 2026). It has an
 * offset but no time zone, usually no description, and no "evt-" id outside of its address.
 */
export function readLdEvent(event: Fields): Reading {
  const start = readTime(eventText(event["startDate"]));
  const length = readDuration(eventText(event["duration"]));
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
    end:
      readTime(eventText(event["endDate"])) ??
      (start === undefined || length === undefined ? undefined : start + length),
    description: eventText(event["description"]),
    coverImage: firstImage(event["image"]),
    hosts: asList(event["organizer"]).map(readOrganizer),
    calendarName: owner(event["organizer"]),
    cancelled: ldWords(event["eventStatus"]).includes("eventcancelled"),
    registrationType: readPrice(offers),
  });
}

/** An `@id` may be an address or a mere anchor ("#event", "_:b0"). */
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

/** luma.com/user/<handle>. */
function handle(organizer: Fields): string | undefined {
  const url = httpsUrl(linkText(organizer["url"]));
  if (url === undefined || !isLumaHost(url.hostname)) return undefined;
  const [first, name] = url.pathname.split("/").filter((segment) => segment !== "");
  return first === "user" ? name : undefined;
}

/** Luma names the owning calendar as an organization among the organizers. */
function owner(value: unknown): string | undefined {
  const organization = asList(value).find((item) =>
    typesOf(asFields(item) ?? {}).includes("organization"),
  );
  return eventText(asFields(organization)?.["name"]);
}

/** One free ticket makes an event free to visit. No offer says nothing. */
function readPrice(offers: unknown[]): LumaEvent["registrationType"] {
  const prices = offers.flatMap((offer) => {
    const fields = asFields(offer);
    return ldNumber(fields?.["price"]) ?? ldNumber(fields?.["lowPrice"]) ?? [];
  });
  if (prices.length === 0) return undefined;
  return prices.some((price) => price === 0) ? "free" : "paid";
}
