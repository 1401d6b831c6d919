import { texts, type Texts } from "../texts/index.ts";
import type { BoardView } from "./board.ts";
import type { Line, Message, Reader } from "./message.ts";
import { cleanName } from "./names.ts";
import { placeOf } from "./place.ts";

type EventsView = Extract<BoardView, { view: "events" }>;

/** Words what is on, soonest first. */
export function eventsBoardMessage({ org, events, hasMore }: EventsView, reader: Reader): Message {
  const t = texts(reader.locale);
  return {
    title:
      org === undefined ? t("board.events") : t("board.events.at", { org: cleanName(org, 60) }),
    ...(events.length === 0 && { lines: [[t("board.events.none")]] }),
    items: events.map((event) => entry(event, t)),
    total: events.length + (hasMore ? 1 : 0),
    // Not all of them were counted: then it says so.
    more: (count) => t(hasMore ? "board.events.more" : "events.more", { count }),
  };
}

function entry(event: EventsView["events"][number], t: Texts): Line {
  const place = placeOf(event, t);
  return [
    ...(event.status === "live" ? [{ bold: t("events.live") }, " · "] : []),
    { link: cleanName(event.title, 100), url: event.lumaUrl },
    "\n",
    { time: event.startDate, style: "full" },
    ...(place ? [` · ${place}`] : []),
    ...(event.going > 0 ? [` · ${t("going.counts", { going: event.going })}`] : []),
    ...(event.isFull ? [" · ", { bold: t("board.events.full") }] : []),
  ];
}
