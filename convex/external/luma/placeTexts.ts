import { httpsUrl, httpsLink, isLumaHost } from "./addresses.ts";
import { cleanLine } from "./text.ts";
import type { LumaEvent } from "./types.ts";

type PlaceKeys = "location" | "locationDetails" | "locationUrl" | "coordinates" | "eventType";
export type PlaceTexts = { [K in PlaceKeys]?: LumaEvent[K] | undefined };

/**
 * Cleans the texts of a place, in the same way for all sources. Some organizers write a link where
 * the address belongs: then the event is online, and the link is not a place. `ownUrl` is the
 * event's own page, which says nothing about where it is.
 */
export function readPlaceTexts(draft: PlaceTexts, ownUrl: string): PlaceTexts {
  const location = cleanLine(draft.location);
  const details = cleanLine(draft.locationDetails, 500);
  const texts = [location, details].filter((text) => text !== undefined);
  const places = texts.filter((text) => !isLink(text));
  const links = texts.filter(isLink).map(httpsForm);
  const online = links.filter((link) => link !== ownUrl && !isLumaLink(link));
  const [first, second] = places;
  return {
    eventType: typeOf(draft.eventType, places.length > 0, online.length > 0),
    location: first,
    locationDetails: second === first ? undefined : second,
    locationUrl: httpsLink(draft.locationUrl) ?? online.find((link) => link !== undefined),
    // The coordinates of a link are those of no place.
    coordinates: places.length === 0 && links.length > 0 ? undefined : draft.coordinates,
  };
}

function typeOf(
  given: LumaEvent["eventType"],
  hasPlace: boolean,
  hasLink: boolean,
): LumaEvent["eventType"] {
  if (!hasLink) return given;
  return hasPlace ? "hybrid" : "virtual";
}

const scheme = /^https?:\/\//i;
/** "discord.gg/abc", "www.example.org": a host and a path, or a host that begins with "www.". */
const bareLink =
  /^(?:www\.[a-z0-9-]+(?:\.[a-z0-9-]+)+|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,12}\/\S+)$/i;
const maxLinkLength = 2048;

/** Whether the whole text is a web address. */
export function isLink(text: string): boolean {
  if (text.length > maxLinkLength || /\s/.test(text)) return false;
  return scheme.test(text) ? URL.canParse(text) : bareLink.test(text);
}

/** The https address that a link's text means; undefined for http, which is not shown. */
function httpsForm(text: string): string | undefined {
  return httpsLink(scheme.test(text) ? text : `https://${text}`);
}

function isLumaLink(link: string | undefined): boolean {
  const url = httpsUrl(link);
  return url !== undefined && isLumaHost(url.hostname);
}
