import type { PayloadOf } from "./leased.ts";
import { texts } from "../texts/index.ts";
import type { Line, Message, Reader } from "./message.ts";
import { cleanName } from "./sanitize.ts";
import { locationText } from "./event.ts";
import { type WhenContext, whenInlines } from "./when.ts";
import { shareLine, weekWords } from "./week.ts";

/** What a board shows. */
export type BoardView = PayloadOf<"board">["board"];

/** The message of a board. It may stand for days, so nothing in it depends on when it is read. */
export function boardMessage(board: BoardView, reader: Reader): Message {
  switch (board.view) {
    case "events":
      return eventsBoardMessage(board, reader);
    case "queue":
      return queueBoardMessage(board, reader);
    case "impact":
      return impactBoardMessage(board, reader);
  }
}

/** Replaces a board that was removed, or posted anew further down. */
export function retiredBoard(view: BoardView["view"], { locale }: Reader): Message {
  const t = texts(locale);
  return { lines: [[t("board.retired")], [t(`board.retired.${view}`)]] };
}

type EventsView = Extract<BoardView, { view: "events" }>;

/** The board of the next events, soonest first. */
function eventsBoardMessage({ org, events, hasMore }: EventsView, reader: Reader): Message {
  const t = texts(reader.locale);
  return {
    title:
      org === undefined ? t("board.events") : t("board.events.at", { org: cleanName(org, 60) }),
    ...(events.length === 0 && { lines: [[t("board.events.none")]] }),
    items: events.map((event, index) => boardEntry(event, events[index - 1], { reader, t })),
    total: events.length + (hasMore ? 1 : 0),
    // Not all of them were counted: then it says so.
    more: (count) => t(hasMore ? "board.events.more" : "events.more", { count }),
  };
}

type BoardEvent = EventsView["events"][number];

/** The year is shown where it is another than that of the event above. */
function boardEntry(
  event: BoardEvent,
  above: BoardEvent | undefined,
  { reader, t }: WhenContext,
): Line {
  const place = locationText(event, t);
  return [
    ...(event.status === "live" ? [{ bold: t("events.live") }, " · "] : []),
    { link: cleanName(event.title, 100), url: event.lumaUrl },
    "\n",
    ...whenInlines(event, { reader, t, now: above?.startDate }),
    ...(place ? [` · ${place}`] : []),
    ...(event.going > 0 ? [` · ${t("going.counts", { going: event.going })}`] : []),
    ...(event.isFull ? [" · ", { bold: t("board.events.full") }] : []),
  ];
}

type QueueView = Extract<BoardView, { view: "queue" }>;

/** The board of a queue, which everybody in the chat reads. */
export function queueBoardMessage(view: QueueView, reader: Reader): Message {
  const t = texts(reader.locale);
  const { title, isOpen, serving, waiting, count, pace } = view;
  const somebody = t("queue.somebody");
  const displayNameOf = ({ name }: { name?: string }) =>
    name === undefined ? somebody : cleanName(name, 40) || somebody;
  const state = isOpen ? t("queue.board.open") : t("queue.board.closed");
  return {
    title: t("queue.board", { event: cleanName(title, 100) }),
    lines: [
      [`${state} · ${t("queue.board.pace", { from: Math.max(1, pace.from), to: pace.to })}`],
      ...(serving.length > 0
        ? [[{ bold: t("queue.board.serving") }, `: ${serving.map(displayNameOf).join(", ")}`]]
        : []),
      [count === 0 ? t("queue.board.nobody") : t("queue.board.waiting", { count })],
    ],
    items: waiting.map((one, index): Line => [`${index + 1}. ${displayNameOf(one)}`]),
    isTable: true,
    total: count,
    more: (hidden) => t("events.more", { count: hidden }),
  };
}

type ImpactView = Extract<BoardView, { view: "impact" }>;

/** The board of the last distributed week. Without a picture, since editing a text is cheap. */
function impactBoardMessage({ week }: ImpactView, reader: Reader): Message {
  const t = texts(reader.locale);
  if (!week) return { title: t("board.impact"), lines: [[t("board.impact.none")]] };
  return {
    ...weekWords(week, reader),
    items: week.shares.map((share) => shareLine(share, reader)),
    isTable: true,
    total: week.charities,
    more: (count) => t("events.more", { count }),
    footer: [[t("board.impact.how")]],
  };
}
