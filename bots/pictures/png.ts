import { Resvg } from "@resvg/resvg-js";
import { fontFamily, fontFiles } from "./fonts.ts";
import { type Scene, toSvg } from "./scene.ts";

/** Chats show a photo at so many pixels on its longest side: no more are worth drawing. */
const longestSide = 1280;

/** The size in pixels at which a picture is drawn. */
export function pixelsOf({ width, height }: Pick<Scene, "width" | "height">) {
  const zoom = longestSide / Math.max(width, height);
  return { width: Math.round(width * zoom), height: Math.round(height * zoom) };
}

/** Draws a picture with the fonts that come with the program, and no others. */
export function toPng(scene: Scene): Buffer {
  const drawing = new Resvg(toSvg(scene, pixelsOf(scene)), {
    font: {
      loadSystemFonts: false,
      fontFiles: Object.values(fontFiles),
      defaultFontFamily: fontFamily,
    },
  });
  return drawing.render().asPng();
}
