import type { Place, TranscriptMessage } from "../../contract.ts";
import { el, icon } from "../dom.ts";
import { face, hueOf } from "../people.ts";
import { attachment, keyboard, picture } from "../files.ts";
import type { Drawn, Look, Scene } from "../look.ts";
import { clock, draw, timestamp } from "../text/draw.ts";
import { telegramText } from "../text/telegramEntities.ts";
import { telegramComposer } from "./composer.ts";

/** One message: the bubble, and its inline keyboard under it. */
function bubble({ message, opens, closes }: Drawn, scene: Scene): HTMLElement {
  const isMine = message.from === scene.seat.as && scene.place.kind !== "channel";
  const isCrowd = scene.place.kind !== "dm" && scene.place.kind !== "channel";
  const showsWho = isCrowd && !isMine;
  const sides = `message ${isMine ? "mine" : "theirs"}${closes ? " closes" : ""}`;
  return el(
    "li",
    { class: sides },
    showsWho && el("span", { class: "beside" }, closes && faceOf(message, scene)),
    el(
      "div",
      { class: "column" },
      el(
        "article",
        { class: "bubble", "aria-label": scene.nameOf(message.from) },
        showsWho && opens && nameLine(message, scene),
        photoOf(message),
        ...(message.files ?? []).map(attachment),
        textOf(message, scene),
        meta(message, isMine, scene),
      ),
      keyboard(message, scene),
    ),
  );
}

/** Telegram has no words for those who cannot see a photo, but the caption under it. */
function photoOf({ photo, picture: sent }: TranscriptMessage): HTMLElement | undefined {
  if (photo === undefined) return undefined;
  return picture(photo, sent?.alt ?? "Picture", sent !== undefined);
}

const faceOf = (message: TranscriptMessage, scene: Scene) =>
  face(message.from, scene.nameOf(message.from));

function nameLine(message: TranscriptMessage, scene: Scene): HTMLElement {
  const hue = message.from === "plaza" ? "hue-bot" : `hue-${hueOf(message.from)}`;
  return el("div", { class: `who ${hue}` }, scene.nameOf(message.from));
}

function textOf(message: TranscriptMessage, scene: Scene): HTMLElement | undefined {
  if (message.text === "") return undefined;
  const say = (text: string) => void scene.act({ do: "say", text });
  const nodes = telegramText(message.text, message.entities);
  return el("div", { class: "text" }, ...draw(nodes, scene, say));
}

function meta(message: TranscriptMessage, isMine: boolean, scene: Scene): HTMLElement {
  const edited = message.edited !== undefined && message.edited > message.at;
  const at = message.edited ?? message.at;
  return el(
    "span",
    { class: "meta", title: timestamp(at, "F", scene) },
    edited && "edited ",
    clock(message.at, scene),
    isMine && icon("check"),
  );
}

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
