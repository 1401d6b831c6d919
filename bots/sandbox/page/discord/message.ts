import type { Place, TranscriptMessage } from "../../contract.ts";
import { el, icon, safeLink } from "../dom.ts";
import { face } from "../people.ts";
import { attachment, keyboard, picture, whileBusy } from "../files.ts";
import type { Drawn, Look, Scene } from "../look.ts";
import { discordText } from "../text/discordMarkdown.ts";
import { clock, day, dayNumber, draw, linkTo, type Reader, timestamp } from "../text/draw.ts";
import { discordComposer } from "./composer.ts";

/** One message; the first of several in a row carries the face, the name and the time. */
function discordMessage({ message, opens }: Drawn, scene: Scene): HTMLElement {
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

type Embed = NonNullable<TranscriptMessage["embeds"]>[number];

/** A card with its colour at the side. */
function embed(card: Embed, reader: Reader): HTMLElement {
  const { description, fields = [], image, alt, footer, color } = card;
  const element = el(
    "div",
    { class: "embed" },
    title(card, reader),
    description !== undefined && el("div", { class: "text" }, ...text(description, reader)),
    fields.length > 0 && el("dl", { class: "embed-fields" }, ...fields.map(field(reader))),
    image !== undefined && picture(image, alt ?? card.title ?? "Picture", alt !== undefined),
    footer !== undefined && el("div", { class: "embed-footer" }, footer),
  );
  if (color !== undefined) {
    element.style.setProperty("--bar", `#${color.toString(16).padStart(6, "0")}`);
  }
  return element;
}

function title({ title: words, url }: Embed, reader: Reader): HTMLElement | undefined {
  if (words === undefined) return undefined;
  const href = url === undefined ? undefined : safeLink(url);
  const children = text(words, reader);
  return el("div", { class: "embed-title" }, ...(href ? [linkTo(href, ...children)] : children));
}

const field = (reader: Reader) => (one: { name: string; value: string }) =>
  el(
    "div",
    {},
    el("dt", {}, ...text(one.name, reader)),
    el("dd", { class: "text" }, ...text(one.value, reader)),
  );

const text = (words: string, reader: Reader) => draw(discordText(words), reader);

type Menu = NonNullable<TranscriptMessage["menus"]>[number];

/** A select menu under a message: choosing is sending. */
function menu({ id, placeholder, options }: Menu, message: string, scene: Scene) {
  const words = placeholder ?? "Make a selection";
  const select = el(
    "select",
    { class: "menu", "aria-label": words },
    el("option", { value: "", selected: true, disabled: true, hidden: true }, words),
    ...options.map(({ label }, index) => el("option", { value: index }, label)),
  );
  select.addEventListener("change", () => {
    const value = options[Number(select.value)]?.value;
    if (value === undefined) return;
    void whileBusy(select, scene.act({ do: "choose", message, menu: id, values: [value] }));
  });
  return select;
}

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
