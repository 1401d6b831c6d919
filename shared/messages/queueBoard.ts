import { texts } from "../texts/index.ts";
import type { BoardView } from "./board.ts";
import type { Line, Message, Reader } from "./message.ts";
import { cleanName } from "./names.ts";

type QueueView = Extract<BoardView, { view: "queue" }>;

/** Words the line of an event for everybody. */
export function queueBoardMessage(view: QueueView, reader: Reader): Message {
  const t = texts(reader.locale);
  const { title, isOpen, serving, waiting, count, pace } = view;
  const somebody = t("queue.somebody");
  const nameOf = ({ name }: { name?: string }) =>
    name === undefined ? somebody : cleanName(name, 40) || somebody;
  const state = isOpen ? t("queue.board.open") : t("queue.board.closed");
  return {
    title: t("queue.board", { event: cleanName(title, 100) }),
    lines: [
      [`${state} · ${t("queue.board.pace", { from: Math.max(1, pace.from), to: pace.to })}`],
      ...(serving.length > 0
        ? [[{ bold: t("queue.board.serving") }, `: ${serving.map(nameOf).join(", ")}`]]
        : []),
      [count === 0 ? t("queue.board.nobody") : t("queue.board.waiting", { count })],
    ],
    items: waiting.map((one, index): Line => [`${index + 1}. ${nameOf(one)}`]),
    isTable: true,
    total: count,
    more: (hidden) => t("events.more", { count: hidden }),
  };
}
