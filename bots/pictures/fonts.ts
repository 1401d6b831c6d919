import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

// Pictures are drawn with fonts that come with the program, so they are the same on every machine.
// Their own tables say how wide a text is, before it is drawn.

export type Weight = "regular" | "bold";

const { resolve } = createRequire(import.meta.url);

/** Where the fonts are, for who draws. */
export const fontFiles: Record<Weight, string> = {
  regular: resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf"),
  bold: resolve("dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf"),
};
export const fontFamily = "DejaVu Sans";

type Font = {
  /** Widths of the glyphs in ems, by code point. Only what the font has. */
  advanceOf(codePoint: number): number | undefined;
};

const fonts = new Map<Weight, Font>();

function fontOf(weight: Weight): Font {
  let font = fonts.get(weight);
  if (!font) {
    font = readFont(readFileSync(fontFiles[weight]));
    fonts.set(weight, font);
  }
  return font;
}

/** Whether both weights can draw a character. */
export function hasGlyph(codePoint: number): boolean {
  return (["regular", "bold"] as const).every(
    (weight) => fontOf(weight).advanceOf(codePoint) !== undefined,
  );
}

/** How wide a text is in pixels at a size in pixels, as it is drawn: without kerning. */
export function textWidth(text: string, size: number, weight: Weight): number {
  const font = fontOf(weight);
  let ems = 0;
  for (const character of text) {
    // A mark is drawn over the letter before it.
    if (!/\p{M}/u.test(character)) ems += font.advanceOf(character.codePointAt(0) ?? 0) ?? 0;
  }
  return ems * size;
}

/** Reads what a TrueType file says of characters and widths: its tables `cmap` and `hmtx`. */
function readFont(file: Buffer): Font {
  const table = (tag: string) => {
    for (let at = 12; at < 12 + 16 * file.readUInt16BE(4); at += 16) {
      if (file.toString("latin1", at, at + 4) === tag) return file.readUInt32BE(at + 8);
    }
    throw new Error(`the font has no ${tag}`);
  };
  const unitsPerEm = file.readUInt16BE(table("head") + 18);
  const widths = table("hmtx");
  const lastWidth = file.readUInt16BE(table("hhea") + 34) - 1;
  const glyphs = readGroups(file, table("cmap"));
  return {
    advanceOf(codePoint) {
      const glyph = glyphs(codePoint);
      if (glyph === 0) return undefined;
      return file.readUInt16BE(widths + 4 * Math.min(glyph, lastWidth)) / unitsPerEm;
    },
  };
}

/** The glyph of each character by the subtable of format 12, which covers all of Unicode. */
function readGroups(file: Buffer, cmap: number): (codePoint: number) => number {
  const subtables = Array.from({ length: file.readUInt16BE(cmap + 2) }, (_, index) => {
    return cmap + file.readUInt32BE(cmap + 4 + 8 * index + 4);
  });
  const found = subtables.find((at) => file.readUInt16BE(at) === 12);
  if (found === undefined) throw new Error("the font has no table of all characters");
  const groups = file.subarray(found + 16, found + 16 + 12 * file.readUInt32BE(found + 12));
  return (codePoint) => {
    let [low, high] = [0, groups.length / 12 - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const [first, last] = [
        groups.readUInt32BE(12 * middle),
        groups.readUInt32BE(12 * middle + 4),
      ];
      if (codePoint < first) high = middle - 1;
      else if (codePoint > last) low = middle + 1;
      else return groups.readUInt32BE(12 * middle + 8) + codePoint - first;
    }
    return 0;
  };
}
