import { hasGlyph, textWidth, type Weight } from "./fonts.ts";

/** How a text is set: its size in pixels and its weight. */
export type Face = { size: number; weight: Weight };

/** Stands for letters of scripts that the fonts lack. */
const unknown = "□";

/** The two letters of the fonts that are drawn wider than they say: of Lao, and of Ogham. */
const tooWide = /[\u{eb3}\u{1696}]/u;

/**
 * What can be drawn of a text: on one line, without what has no shape of its own, without emoji that
 * the fonts lack. A run of letters that they lack becomes one box; marks that pile up become one.
 */
export function drawable(text: string): string {
  const line = text
    .normalize("NFC")
    .replaceAll(/[\s\p{Zs}]+/gu, " ")
    .replaceAll(/[\p{C}\p{Me}\u{fe00}-\u{fe0f}]/gu, "")
    // Marks over two letters at once.
    .replaceAll(/[\u{35c}-\u{362}\u{1dcd}\u{1dfc}]/gu, "")
    .replaceAll(/(\p{M})\p{M}+/gu, "$1")
    // An accent on a letter of a script that has none would be drawn beside it.
    .replaceAll(/(?<![\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}])[\u{300}-\u{36f}]/gu, "");
  let drawn = "";
  for (const character of line) {
    const isThere = hasGlyph(character.codePointAt(0) ?? 0) && !tooWide.test(character);
    if (isThere) drawn += character;
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
  const letters = Array.from(text);
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

/** A drawable text on one line or on two of about the same length, broken between words. */
export function twoLines(text: string, width: number, face: Face): string[] {
  const widthOf = (line: string) => textWidth(line, face.size, face.weight);
  if (widthOf(text) <= width) return [text];
  const words = text.split(" ");
  const breaks = words
    .map((_, index) => [words.slice(0, index).join(" "), words.slice(index).join(" ")] as const)
    .filter(([first]) => first !== "" && widthOf(first) <= width);
  const whole = breaks.find(
    ([first, second]) => widthOf(second) <= Math.min(width, widthOf(first)),
  );
  const [first, second] = whole ?? breaks.at(-1) ?? ["", text];
  return [...(first === "" ? [] : [first]), cutTo(second, width, face)];
}
