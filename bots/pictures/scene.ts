import { fontFamily, textWidth, type Weight } from "./fonts.ts";
import type { Face } from "./words.ts";

// A picture before it is pixels: shapes as SVG, and texts whose place and width are known.

export const colors = {
  paper: "#ffffff",
  ink: "#211f2a",
  soft: "#5c596e",
  line: "#e0dcd2",
  track: "#efecf8",
  accent: "#4a3fd6",
  sea: "#dfe7f3",
  land: "#f7f5f0",
  border: "#b9b5c6",
};

/** `x` is where the text begins, ends or has its middle; `y` is its base line. */
export type Text = Face & {
  text: string;
  x: number;
  y: number;
  anchor: "start" | "middle" | "end";
  color: string;
  /** Drawn over a map: with a rim that sets it off. */
  hasRim?: boolean;
};

export type Scene = { width: number; height: number; shapes: string[]; texts: Text[] };
export type Box = { left: number; top: number; right: number; bottom: number };

/** Above and below the base line, in ems: room for the tallest letters with one mark. */
const above = 1;
const below = 0.26;

/** The room that a text takes. */
export function boxOf({ text, x, y, size, weight, anchor }: Text): Box {
  const width = textWidth(text, size, weight);
  const left = x - { start: 0, middle: width / 2, end: width }[anchor];
  return { left, top: y - above * size, right: left + width, bottom: y + below * size };
}

export function overlap(one: Box, other: Box): boolean {
  return (
    one.left < other.right &&
    other.left < one.right &&
    one.top < other.bottom &&
    other.top < one.bottom
  );
}

/** The picture as SVG, to be drawn at so many pixels: by default at its own size. */
export function toSvg(
  { width, height, shapes, texts }: Scene,
  pixels: { width: number; height: number } = { width, height },
): string {
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${pixels.width}" height="${pixels.height}" viewBox="0 0 ${width} ${height}" font-family="${fontFamily}" style="font-kerning:none">`,
    `<rect width="${width}" height="${height}" fill="${colors.paper}"/>`,
    ...shapes,
    ...texts.map(textElement),
    "</svg>",
  ];
  return parts.join("\n");
}

const weights: Record<Weight, number> = { regular: 400, bold: 700 };
const rim = `stroke="${colors.paper}" stroke-width="6" stroke-linejoin="round" paint-order="stroke"`;

function textElement({ text, x, y, size, weight, anchor, color, hasRim }: Text): string {
  const place = `x="${rounded(x)}" y="${rounded(y)}" text-anchor="${anchor}"`;
  const look = `font-size="${size}" font-weight="${weights[weight]}" fill="${color}"`;
  return `<text ${place} ${look}${hasRim ? ` ${rim}` : ""} xml:space="preserve">${escaped(text)}</text>`;
}

/** A rectangle with round ends. */
export function bar(box: Box, color: string, radius: number): string {
  const [width, height] = [box.right - box.left, box.bottom - box.top];
  const round = Math.min(radius, width / 2, height / 2);
  return `<rect x="${rounded(box.left)}" y="${rounded(box.top)}" width="${rounded(width)}" height="${rounded(height)}" rx="${rounded(round)}" fill="${color}"/>`;
}

export function rounded(value: number): string {
  return String(Math.round(value * 100) / 100);
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? "");
}
