import type { Message, Reader } from "../../shared/messages/message.ts";
import { errorKind, type Log } from "../log.ts";
import { type Drawn, drawPicture } from "./index.ts";

/** A message, and its picture drawn where it has one. */
export type Illustrated = { message: Message; drawn?: Drawn };

/**
 * Draws a message's picture. One that cannot be drawn is left out, and a log line says so: the
 * message's words are worth more.
 */
export async function illustrated(
  message: Message,
  reader: Reader,
  log: Log,
): Promise<Illustrated> {
  if (!message.picture) return { message };
  try {
    return { message, drawn: await drawPicture(message.picture, reader) };
  } catch (error) {
    log.error({ ...errorKind(error), picture: message.picture.kind }, "a picture was not drawn");
    return { message: withoutPicture(message) };
  }
}

export function withoutPicture(message: Message): Message {
  const words = { ...message };
  delete words.picture;
  return words;
}
