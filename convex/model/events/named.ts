import type { Doc } from "../../_generated/dataModel.js";

type Named = Doc<"announcements">["events"];

/** How many events a digest or an agenda names. */
export const maxNamed = 10;

/** The events of an announcement, as they are when it is told. */
export function named(events: Doc<"events">[]): Named {
  return events.slice(0, maxNamed).map((event) => ({ eventId: event._id, facts: factsOf(event) }));
}

function factsOf(event: Doc<"events">): Named[number]["facts"] {
  const { title, startDate, timezone, lumaUrl, endDate, location, coverImage } = event;
  return {
    title,
    startDate,
    timezone,
    lumaUrl,
    ...(endDate !== undefined && { endDate }),
    ...(location !== undefined && { location }),
    ...(coverImage !== undefined && { coverImage }),
  };
}
