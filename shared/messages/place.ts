import type { Texts } from "../texts/index.ts";
import { cleanName } from "./names.ts";

/** Where an event is, in a few words; "online" for one that is nowhere. */
export function placeOf(
  event: { location?: string | undefined; eventType?: string },
  t: Texts,
): string | undefined {
  if (event.location) return cleanName(event.location, 80);
  return event.eventType === "virtual" ? t("events.online") : undefined;
}
