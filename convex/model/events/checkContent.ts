import { isSafeLink } from "../../../shared/messages/sanitize.ts";
import { isTimezone } from "../../../shared/time/zones.ts";
import type { EventContent } from "./content.ts";
import { refusal } from "../refusal.ts";

/** Refuses what an admin typed of an event where its times, zone or link cannot be. */
export function checkContent({
  startDate,
  endDate,
  lumaUrl,
  timezone,
}: Partial<EventContent>): void {
  const times = [startDate, endDate].filter((time) => time !== undefined);
  const isBackwards = startDate !== undefined && endDate !== undefined && endDate < startDate;
  const isBad =
    isBackwards ||
    times.some((time) => !Number.isFinite(time)) ||
    (lumaUrl !== undefined && !isSafeLink(lumaUrl)) ||
    (timezone !== undefined && !isTimezone(timezone));
  if (isBad) throw refusal("bad-event");
}
