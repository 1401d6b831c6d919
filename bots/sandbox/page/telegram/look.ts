import type { Place } from "../../contract.ts";
import { face } from "../people.ts";
import type { Look, Scene } from "../look.ts";
import { bubble } from "./bubble.ts";
import { telegramComposer } from "./composer.ts";

export const telegram: Look = {
  platform: "telegram",
  name: "Telegram",
  message: bubble,
  head: ({ place }: Scene) => ({
    picture: placePicture(place),
    title: place.kind === "dm" ? "Plaza" : place.title,
    below: { dm: "bot", group: "group", channel: "channel", topic: "topic", thread: "topic" }[
      place.kind
    ],
  }),
  placePicture,
  composer: telegramComposer,
  typing: "typing",
};

function placePicture(place: Place): HTMLElement {
  return place.kind === "dm" ? face("plaza", "Plaza") : face(place.key, place.title);
}
