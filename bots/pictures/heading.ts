import type { Picture } from "../../shared/messages/picture.ts";
import { colors, type Text } from "./scene.ts";
import { cutTo, drawable, type Face, twoLines } from "./words.ts";

export const pictureWidth = 800;
export const margin = 40;
/** Nothing is smaller: on a phone it would be hard to read. */
export const small: Face = { size: 22, weight: "regular" };
export const normal: Face = { size: 24, weight: "regular" };
export const strong: Face = { size: 24, weight: "bold" };

const titleFace: Face = { size: 34, weight: "bold" };
const lineHeight = 44;

/** The title and, under it, the note; `bottom` is where what they are about begins. */
export function heading({ title, note }: Picture): { texts: Text[]; bottom: number } {
  const width = pictureWidth - 2 * margin;
  const texts: Text[] = [];
  let y = 30;
  const add = (text: string, face: Face, color: string) =>
    texts.push({ ...face, text, x: margin, y, anchor: "start", color });
  for (const line of twoLines(drawable(title), width, titleFace)) {
    y += lineHeight;
    add(line, titleFace, colors.ink);
  }
  if (note !== undefined) {
    y += lineHeight - 4;
    add(cutTo(drawable(note), width, normal), normal, colors.soft);
  }
  return { texts, bottom: y + 36 };
}
