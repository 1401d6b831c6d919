import type { PayloadOf } from "./leased.ts";
import { eventsBoardMessage } from "./eventsBoard.ts";
import { impactBoardMessage } from "./impactBoard.ts";
import { texts } from "../texts/index.ts";
import type { Message, Reader } from "./message.ts";
import { queueBoardMessage } from "./queueBoard.ts";

/** What a board shows. */
export type BoardView = PayloadOf<"board">["board"];

/** Words a board. Nothing in it depends on the moment at which it is read: it may stand for days. */
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

/** What stands where a board stood: it was taken away, or posted anew below. */
export function retiredBoard(view: BoardView["view"], { locale }: Reader): Message {
  const t = texts(locale);
  return { lines: [[t("board.retired")], [t(`board.retired.${view}`)]] };
}
