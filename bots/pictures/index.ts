import { createHash } from "node:crypto";
import type { Reader } from "../../shared/messages/message.ts";
import type { Picture } from "../../shared/messages/picture.ts";
import { forgetOldest } from "../bounded.ts";
import { drawBeside } from "./drawing.ts";

/** A picture as a platform takes it: a file name and its bytes. */
export type Drawn = { name: string; png: Buffer };

/** One announcement goes to many chats in few languages. */
const mostKept = 32;
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
    forgetOldest(kept, mostKept);
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
