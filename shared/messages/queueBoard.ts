import type { BoardView } from "./board.ts";
import type { Message, Reader } from "./message.ts";
import { cleanName } from "./names.ts";

type QueueView = Extract<BoardView, { view: "queue" }>;

/** Words the line of an event for everybody. */
export function queueBoardMessage({ title }: QueueView, _reader: Reader): Message {
  return { title: cleanName(title, 100) };
}
