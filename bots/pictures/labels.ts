import { textWidth } from "./fonts.ts";
import { small } from "./heading.ts";
import type { Dot } from "./dots.ts";
import { type Box, boxOf, colors, overlap, type Text } from "./scene.ts";
import { cutTo, drawable } from "./words.ts";

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
