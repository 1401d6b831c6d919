import type { Place } from "../../contract.ts";
import { face } from "../people.ts";
import { icon } from "../dom.ts";
import type { Look, Scene } from "../look.ts";
import { discordComposer } from "./composer.ts";
import { discordMessage } from "./message.ts";

export const discord: Look = {
  platform: "discord",
  name: "Discord",
  message: discordMessage,
  head: ({ place }: Scene) => ({
    picture: place.kind === "dm" ? icon("at") : placePicture(place),
    title: place.kind === "dm" ? "Plaza" : place.title.replace(/^#/, ""),
    below: "",
  }),
  placePicture,
  composer: discordComposer,
  typing: "Plaza is typing",
};

function placePicture({ kind, key }: Place): Node {
  if (kind === "dm") return face("plaza", "Plaza");
  if (kind === "thread" || kind === "topic") return icon("thread");
  return icon(/announce|news/.test(key) ? "megaphone" : "hash");
}
