import type { Reader } from "../../shared/messages/message.ts";
import type { Picture } from "../../shared/messages/picture.ts";
import { theAtlas } from "./atlas.ts";
import { drawBars } from "./bars.ts";
import { drawMap } from "./map.ts";
import type { Scene } from "./scene.ts";
import { drawWeeks } from "./weeks.ts";

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
