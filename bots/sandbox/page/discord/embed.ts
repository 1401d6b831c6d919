import type { TranscriptMessage } from "../../contract.ts";
import { el } from "../dom.ts";
import { picture } from "../files.ts";
import { safeLink } from "../links.ts";
import { discordText } from "../text/discordMarkdown.ts";
import { draw, linkTo } from "../text/draw.ts";
import type { Reader } from "../text/times.ts";

type Embed = NonNullable<TranscriptMessage["embeds"]>[number];

/** A card with its colour at the side. */
export function embed(card: Embed, reader: Reader): HTMLElement {
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
