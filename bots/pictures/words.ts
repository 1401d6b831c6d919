import { hasGlyph, textWidth, type Weight } from "./fonts.ts";

/** How a text is set: its size in pixels and its weight. */
export type Face = { size: number; weight: Weight };

/** Stands for letters of scripts that the fonts lack. */
const unknown = "□";

/**
 * What can be drawn of a text: on one line, without what has no shape of its own, without emoji that
 * the fonts lack. A run of letters that they lack becomes one box; marks that pile up become one.
 */
export function drawable(text: string): string {
  const line = text
    .normalize("NFC")
    .replaceAll(/[\s\p{Zs}]+/gu, " ")
    .replaceAll(/[\p{C}\p{Me}\u{fe00}-\u{fe0f}]/gu, "")
    .replaceAll(/(\p{M})\p{M}+/gu, "$1");
  let drawn = "";
  for (const character of line) {
    if (hasGlyph(character.codePointAt(0) ?? 0)) drawn += character;
    else if (/[\p{L}\p{N}]/u.test(character) && !drawn.endsWith(unknown)) drawn += unknown;
  }
  // A mark needs a letter before it.
  return (
    drawn
      .replaceAll(/(^|\s)\p{M}+/gu, "$1")
      .replaceAll(/ +/g, " ")
      .trim() || "–"
  );
}

/** A drawable text within a width, with an ellipsis where it was cut. */
export function cutTo(text: string, width: number, { size, weight }: Face): string {
  if (textWidth(text, size, weight) <= width) return text;
  const letters = [...text];
  const room = width - textWidth("…", size, weight);
  let used = 0;
  let end = 0;
  for (const letter of letters) {
    used += textWidth(letter, size, weight);
    if (used > room) break;
    end++;
  }
  return `${letters.slice(0, end).join("").trimEnd()}…`;
}

/** A drawable text on at most two lines, broken between words. */
export function twoLines(text: string, width: number, face: Face): string[] {
  const { size, weight } = face;
  const words = text.split(" ");
  let first = "";
  while (words.length > 0) {
    const longer = first === "" ? (words[0] ?? "") : `${first} ${words[0]}`;
    if (textWidth(longer, size, weight) > width) break;
    first = longer;
    words.shift();
  }
  if (words.length === 0) return [first];
  // A single word that is too long has no place to break.
  if (first === "") return [cutTo(text, width, face)];
  return [first, cutTo(words.join(" "), width, face)];
}
