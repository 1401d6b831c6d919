import { parseIcs } from "../../../convex/external/luma/ics.ts";
import type { LumaEvent } from "../../../convex/external/luma/types.ts";
import { only } from "./listings.ts";

/** A feed with one event of these lines. */
export function feed(lines: string[], around: string[] = []): string {
  const event = ["BEGIN:VEVENT", ...lines, "END:VEVENT"];
  return ["BEGIN:VCALENDAR", ...around, ...event, "END:VCALENDAR", ""].join("\r\n");
}

/** What the event of a feed needs, without an address beside its id. */
export const BASE = ["UID:evt-A1@events.lu.ma", "SUMMARY:Seed swap", "DTSTART:20261107T090000Z"];
/** The one event of a feed with these lines in it. */
export const readFeed = (lines: string[], around: string[] = []): LumaEvent =>
  only(parseIcs(feed([...lines, ...BASE], around)));
