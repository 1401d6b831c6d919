import type { Picture } from "../../shared/messages/message.ts";
import { type Box, boxOf, colors, overlap, type Text } from "./scene.ts";
import { cutTo, drawable, type Face, twoLines } from "./words.ts";
import { textWidth } from "./fonts.ts";

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

const longest = [300, 180];
const gap = 6;

/**
 * Names for as many dots as have room, the largest first: beside, over or under the dot, inside the
 * frame, on no other name and on no other dot.
 */
export function labelsOf(dots: readonly Dot[], frame: Box): Text[] {
  const spots = dots.map(({ x, y, radius }) => around(x, y, radius));
  const placed: Text[] = [];
  for (const [index, dot] of dots.entries()) {
    const others = spots.filter((_, other) => other !== index);
    const taken = [...others, ...placed.map(boxOf)];
    const fits = (text: Text) => {
      const box = boxOf(text);
      return isInside(box, frame) && taken.every((other) => !overlap(box, other));
    };
    const label = candidates(dot).find(fits);
    if (label) placed.push(label);
  }
  return placed;
}

/** Where a dot's name could stand, the best place first; then the same with a shorter one. */
function candidates({ x, y, radius, label, others }: Dot): Text[] {
  const more = others > 0 ? ` +${others}` : "";
  const face = { ...small, weight: "bold" as const };
  const room = textWidth(more, face.size, face.weight);
  const [right, left] = [x + radius + gap, x - radius - gap];
  const level = y + face.size * 0.36;
  const [over, under] = [y - radius - gap - 4, y + radius + gap + face.size];
  return longest.flatMap((width) => {
    const text = cutTo(drawable(label), width - room, face) + more;
    const at = (tx: number, ty: number, anchor: Text["anchor"]): Text => {
      return { ...face, text, x: tx, y: ty, anchor, color: colors.ink, hasRim: true };
    };
    return [
      at(right, level, "start"),
      at(left, level, "end"),
      at(x, over, "middle"),
      at(x, under, "middle"),
      at(x, over, "start"),
      at(x, under, "start"),
      at(x, over, "end"),
      at(x, under, "end"),
    ];
  });
}

function around(x: number, y: number, radius: number): Box {
  return { left: x - radius, top: y - radius, right: x + radius, bottom: y + radius };
}

function isInside(box: Box, frame: Box): boolean {
  return (
    box.left >= frame.left + gap &&
    box.right <= frame.right - gap &&
    box.top >= frame.top + gap &&
    box.bottom <= frame.bottom - gap
  );
}

/** Places that lie on one spot of the map: the largest of them names it. */
export type Dot = {
  x: number;
  y: number;
  radius: number;
  label: string;
  others: number;
  cents: number;
};
