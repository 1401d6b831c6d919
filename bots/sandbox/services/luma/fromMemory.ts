import { HTML, ICS, json, notFound, type LumaAnswer } from "./answer.ts";
import type { Ask } from "./asks.ts";
import { SANDBOX_CALENDAR, type Calendars } from "./calendars.ts";
import { pageOf } from "./paging.ts";
import type { Calendar, StoredEvent } from "./types.ts";
import { writeApiEvent, writeLegacyApiEntry } from "./writeApi.ts";
import { writeIcs } from "./writeIcs.ts";
import { writeItem } from "./writeItems.ts";
import { writePage } from "./writePage.ts";

/** Answers from the events put in. The API key was checked before. */
export function fromMemory(
  ask: Ask,
  query: URLSearchParams,
  calendars: Calendars,
  now: number,
): LumaAnswer {
  const calendar = calendars.find(nameIn(ask));
  if (calendar === undefined) return notFound();
  const events = calendars.events(calendar.slug);
  const upcoming = events.filter((event) => event.endMs >= now);
  switch (ask.for) {
    case "redirect":
      return { status: 308, body: "", location: `https://luma.com/${calendar.slug}` };
    case "page":
      return { status: 200, type: HTML, body: writePage(upcoming, calendar) };
    case "ics":
      return { status: 200, type: ICS, body: writeIcs(events, calendar, now) };
    case "items": {
      const past = events.filter((event) => event.endMs < now).toReversed();
      const asked = query.get("period") === "past" ? past : upcoming;
      return json(pageOf(write(asked, calendar, writeItem), query));
    }
    case "api":
    case "legacyApi":
      break;
  }
  const writeOne = ask.for === "api" ? writeApiEvent : writeLegacyApiEntry;
  return json(pageOf(write(between(events, query), calendar, writeOne), query));
}

function nameIn(ask: Ask): string {
  if ("slug" in ask) return ask.slug;
  return "calendarId" in ask ? ask.calendarId : SANDBOX_CALENDAR;
}

/** A cancelled event is not listed any more, and nothing in the lists says that it was. */
function write(
  events: StoredEvent[],
  calendar: Calendar,
  writeOne: (event: StoredEvent, calendar: Calendar) => object,
): object[] {
  return events
    .filter((event) => event.cancelled !== true)
    .map((event) => writeOne(event, calendar));
}

function between(events: StoredEvent[], query: URLSearchParams): StoredEvent[] {
  const after = Date.parse(query.get("after") ?? "");
  const before = Date.parse(query.get("before") ?? "");
  return events.filter(({ startMs }) => !(startMs < after) && !(startMs >= before));
}
