import type { TranscriptMessage } from "../../contract.ts";
import { el } from "../dom.ts";
import { face } from "../faces.ts";
import { attachment } from "../files.ts";
import { icon } from "../icons.ts";
import type { Drawn, Scene } from "../look.ts";
import { keyboard } from "../press.ts";
import { discordText } from "../text/discordMarkdown.ts";
import { draw } from "../text/draw.ts";
import { clock, day, dayNumber, timestamp } from "../text/times.ts";
import { embed } from "./embed.ts";
import { menu } from "./menu.ts";

/** One message; the first of several in a row carries the face, the name and the time. */
export function discordMessage({ message, opens }: Drawn, scene: Scene): HTMLElement {
  const command = scene.commandOf(message.id);
  const leads = opens || command !== undefined;
  const isEphemeral = message.ephemeral ?? false;
  const name = scene.nameOf(message.from);
  return el(
    "li",
    { class: `message${leads ? " leads" : ""}${isEphemeral ? " ephemeral" : ""}` },
    command !== undefined && usedCommand(command, scene),
    leads
      ? face(message.from, name)
      : el("span", { class: "small-time", "aria-hidden": "true" }, clock(message.at, scene)),
    el(
      "article",
      { class: "content", "aria-label": name },
      leads && byline(message, name, scene),
      textOf(message, scene),
      ...(message.embeds ?? []).map((one) => embed(one, scene)),
      ...(message.files ?? []).map(attachment),
      keyboard(message, scene),
      ...(message.menus ?? []).map((one) => menu(one, message.id, scene)),
      isEphemeral && el("div", { class: "private" }, icon("eye"), "Only you can see this"),
    ),
  );
}

function usedCommand(command: string, scene: Scene): HTMLElement {
  const name = scene.nameOf(scene.seat.as);
  const words = [el("b", {}, name), " used ", el("span", { class: "t-mention" }, command)];
  return el("div", { class: "used" }, face(scene.seat.as, name), ...words);
}

function byline(message: TranscriptMessage, name: string, scene: Scene): HTMLElement {
  const at = clock(message.at, scene);
  const isToday = dayNumber(message.at, scene.zone) === dayNumber(scene.now, scene.zone);
  return el(
    "div",
    { class: "byline" },
    el("span", { class: "name" }, name),
    message.from === "plaza" && el("span", { class: "badge" }, "APP"),
    el(
      "time",
      { title: timestamp(message.at, "F", scene) },
      isToday ? at : `${day(message.at, scene)}, ${at}`,
    ),
  );
}

function textOf(message: TranscriptMessage, scene: Scene): HTMLElement | undefined {
  if (message.text === "") return undefined;
  const isEdited = message.edited !== undefined && message.from !== "plaza";
  const edited = isEdited && el("span", { class: "edited" }, " (edited)");
  return el("div", { class: "text" }, ...draw(discordText(message.text), scene), edited);
}
