import { texts } from "../texts/index.ts";
import type { BoardView } from "./board.ts";
import type { Message, Reader } from "./message.ts";
import { shareLine, weekWords } from "./week.ts";

type ImpactView = Extract<BoardView, { view: "impact" }>;

/** Words what everybody's giving did last. In words alone: edits of a text are cheap. */
export function impactBoardMessage({ week }: ImpactView, reader: Reader): Message {
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
