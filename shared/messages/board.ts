import type { FunctionReturnType } from "convex/server";
import type { api } from "../../convex/_generated/api.js";
import { texts, type Texts } from "../texts/index.ts";
import type { Line, Message, Reader } from "./message.ts";
import { cleanName } from "./names.ts";
import { placeOf } from "./place.ts";

type About = FunctionReturnType<typeof api.deliveries.claim>[number]["about"];
/** What a board shows. */
export type BoardView = Extract<About, { do: "board" }>["board"];
type EventCard = Extract<BoardView, { view: "events" }>["events"][number];

/** Words a board. Nothing in it depends on the moment at which it is read: it may stand for days. */
export function boardMessage(board: BoardView, reader: Reader): Message {
  const t = texts(reader.locale);
  const { org, events, hasMore } = board;
  return {
    title:
      org === undefined ? t("board.events") : t("board.events.at", { org: cleanName(org, 60) }),
    ...(events.length === 0 && { lines: [[t("board.events.none")]] }),
    items: events.map((event) => entry(event, t)),
    total: events.length + (hasMore ? 1 : 0),
    more: (hidden) => (hasMore ? t("board.events.more") : t("events.more", { count: hidden })),
  };
}

function entry(event: EventCard, t: Texts): Line {
  const place = placeOf(event, t);
  return [
    ...(event.status === "live" ? [{ bold: t("events.live") }, " · "] : []),
    { link: cleanName(event.title, 100), url: event.lumaUrl },
    " · ",
    { time: event.startDate, style: "full" },
    ...(place ? [` · ${place}`] : []),
  ];
}
