import { createHash } from "node:crypto";
import type { Message, Picture, Reader } from "../../shared/messages/message.ts";
import { errorKind, type Log } from "../log.ts";
import { forgetOldest } from "../bounded.ts";
import { drawBeside } from "./drawing.ts";

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

/** A picture as a platform takes it: a file name and its bytes. */
type Drawn = { name: string; png: Buffer };

/** One announcement goes to many chats in few languages. */
const maxKept = 32;
const kept = new Map<string, Promise<Drawn>>();

/**
 * Draws a picture in its reader's language. The same picture for the same language is drawn once,
 * and comes out the same on every machine.
 */
export async function drawPicture(
  picture: Picture,
  { locale }: Pick<Reader, "locale">,
): Promise<Drawn> {
  const key = createHash("sha256")
    .update(JSON.stringify([locale, picture]))
    .digest("base64url");
  let drawn = kept.get(key);
  if (!drawn) {
    drawn = draw(picture, locale);
    // What failed once may not fail again.
    drawn.catch(() => kept.delete(key));
    kept.set(key, drawn);
    forgetOldest(kept, maxKept);
  }
  return await drawn;
}

/** How a picture's file is called, so that a message can name it. */
export function pictureName({ kind }: Picture): string {
  return `${kind}.png`;
}

async function draw(picture: Picture, locale: Reader["locale"]): Promise<Drawn> {
  return { name: pictureName(picture), png: await drawBeside({ picture, locale }) };
}

/** Of a rendered message: the same for what looks the same. */
export function hashOf(rendered: object): string {
  return createHash("sha256").update(JSON.stringify(rendered)).digest("base64url").slice(0, 22);
}
