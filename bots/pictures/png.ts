import { Resvg } from "@resvg/resvg-js";
import { fontFamily, fontFiles } from "./fonts.ts";
import { type Scene, toSvg } from "./scene.ts";
import type { Picture, Reader } from "../../shared/messages/message.ts";
import { theAtlas } from "./atlas.ts";
import { drawBars } from "./bars.ts";
import { drawMap } from "./map.ts";
import { drawWeeks } from "./weeks.ts";

/** Chats show a photo at so many pixels on its longest side: no more are worth drawing. */
const maxSide = 1280;

/** The size in pixels at which a picture is drawn. */
export function pixelsOf({ width, height }: Pick<Scene, "width" | "height">) {
  const zoom = maxSide / Math.max(width, height);
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

/** A picture laid out for its reader, before it is pixels. */
export async function sceneOf(picture: Picture, reader: Pick<Reader, "locale">): Promise<Scene> {
  switch (picture.kind) {
    case "bars":
      return drawBars(picture, reader);
    case "weeks":
      return drawWeeks(picture, reader);
    case "map":
      return drawMap(picture, reader, await theAtlas());
  }
}
