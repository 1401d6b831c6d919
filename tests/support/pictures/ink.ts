import { Resvg } from "@resvg/resvg-js";
import { fontFamily, fontFiles } from "../../../bots/pictures/fonts.ts";
import { type Box, boxOf, type Scene, type Text, toSvg } from "../../../bots/pictures/scene.ts";

// What is really drawn, as the library that draws says it: nothing of our own measuring.

const font = {
  loadSystemFonts: false,
  fontFiles: Object.values(fontFiles),
  defaultFontFamily: fontFamily,
};

/** Where the ink of a text is; undefined for one without any. */
export function inkOf(text: Text): Box | undefined {
  const alone = { width: 4_000, height: 4_000, shapes: [], texts: [{ ...text, hasRim: false }] };
  const svg = toSvg(alone).replace(/<rect [^>]*>/, "");
  const box = new Resvg(svg, { font }).getBBox();
  if (!box) return undefined;
  return { left: box.x, top: box.y, right: box.x + box.width, bottom: box.y + box.height };
}

/** The columns of a picture at its own size that are not only paper. */
export function inkedColumns(scene: Scene): number[] {
  const { pixels, width, height } = new Resvg(toSvg(scene), { font }).render();
  return Array.from({ length: width }, (_, x) => x).filter((x) => {
    for (let y = 0; y < height; y++)
      if (pixels.readUInt32BE(4 * (y * width + x)) !== 0xffffffff) return true;
    return false;
  });
}

/** By how many pixels a text's ink leaves its box. */
export function overhang(text: Text): number {
  const [ink, box] = [inkOf(text), boxOf(text)];
  if (!ink) return 0;
  return Math.max(
    box.left - ink.left,
    ink.right - box.right,
    box.top - ink.top,
    ink.bottom - box.bottom,
  );
}
