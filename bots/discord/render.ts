import { escapeMarkdown } from "discord.js";
import {
  type APIActionRowComponent,
  type APIButtonComponentWithCustomId,
  type APIButtonComponentWithURL,
  type APIEmbed,
  ButtonStyle,
  ComponentType,
} from "discord-api-types/v10";
import { cut, isSafeLink } from "../../shared/messages/sanitize.ts";
import { fit, itemBlocks } from "../../shared/messages/fit.ts";
import { pictureName } from "../pictures/illustrate.ts";
import type { Button, Inline, Line, Message, Picture } from "../../shared/messages/message.ts";
import type { TimeStyle } from "../../shared/time/format.ts";

// Discord's limits: https://discord.com/developers/docs/resources/message and .../components.
const maxContent = 2000;
const maxDescription = 4096;
const maxTitle = 256;
const maxRows = 5;
const maxInRow = 5;
const maxActionId = 100;
const maxLabel = 80;
const maxAlt = 1024;
/** Of a link button; a link in the text may be longer. */
const maxButtonUrl = 512;
const accent = 0x5b6cff;

type ApiButton = APIButtonComponentWithCustomId | APIButtonComponentWithURL;
export type Row = APIActionRowComponent<ApiButton>;

/** A message as Discord's API takes it. An empty `embeds` or `components` clears them in an edit. */
export type Rendered = { content: string; embeds: APIEmbed[]; components: Row[] };

/** Renders a message within Discord's lengths. Times show in each reader's own zone. */
export function renderDiscord(given: Message): Rendered {
  const message = withLongLinks(given);
  const components = rowsOf(message.buttons ?? []);
  // A bare sentence is a plain message; what has a title is a card.
  const { title, url, image, picture } = message;
  const isCard = [title, image, picture].some((part) => part !== undefined);
  const text = fit(message, {
    maxLength: isCard ? maxDescription : maxContent,
    render: textOf,
    lengthOf: (rendered) => rendered.length,
  });
  if (!isCard) return { content: text, embeds: [], components };
  const embed: APIEmbed = {
    color: accent,
    ...(title && { title: cut(escaped(title), maxTitle) }),
    ...(url && isSafeLink(url) && { url }),
    ...(text && { description: text }),
    ...pictureIn(message),
  };
  return { content: "", embeds: [embed], components };
}

/** Addresses that are too long for a button, such as Stripe's payment pages, are links in the text. */
function withLongLinks(message: Message): Message {
  const long = (message.buttons ?? [])
    .flat()
    .filter((button) => "url" in button && button.url.length > maxButtonUrl)
    .flatMap((button): Line[] =>
      "url" in button ? [[{ link: button.label, url: button.url }]] : [],
    );
  if (long.length === 0) return message;
  return { ...message, lines: [...(message.lines ?? []), ...long] };
}

/** What a picture's file says to those who cannot see it. */
export function altText({ alt }: Picture): string {
  return cut(alt, maxAlt);
}

/** A picture that is drawn comes with the message, as a file of this name. */
function pictureIn({ image, picture }: Pick<Message, "image" | "picture">) {
  if (picture) return { image: { url: `attachment://${pictureName(picture)}` } };
  return image && isSafeLink(image) ? { image: { url: image } } : {};
}

function textOf(message: Message): string {
  const blocks = [
    (message.lines ?? []).map(lineOf),
    ...itemBlocks(message).map((lines) => lines.map(lineOf)),
    (message.footer ?? []).map(lineOf),
    message.body === undefined ? [] : [escaped(message.body)],
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function lineOf(line: Line): string {
  return line.map(inlineOf).join("");
}

const timeStyles: Record<TimeStyle, string> = {
  full: "F",
  dated: "F",
  hour: "t",
  weekday: "D",
};

function inlineOf(part: Inline): string {
  if (typeof part === "string") return escaped(part);
  if ("bold" in part) return `**${escaped(part.bold)}**`;
  if ("italic" in part) return `*${escaped(part.italic)}*`;
  if ("code" in part) return `\`${part.code.replaceAll("`", "'")}\``;
  if ("time" in part) return `<t:${Math.floor(part.time / 1000)}:${timeStyles[part.style]}>`;
  // Brackets would end the link's text early; the address is percent-encoded by the URL parser.
  const text = escaped(part.link).replace(/[[\]]/g, "\\$&");
  return isSafeLink(part.url) ? `[${text}](${encodeParentheses(part.url)})` : text;
}

/** Every character that Discord's markup begins with. */
const markup = /[\\`*_~|#<>[\]()+-]/;
/** A quotation, or small print, at the beginning of a line. */
const lineMarkup = /^(\s*)(>|-#)/gm;

/** No markup of a stranger's: neither bold nor lists nor headings nor links with other texts. */
function escaped(text: string): string {
  // Most texts have nothing to escape, and looking for each kind of markup takes its time.
  if (!markup.test(text)) return text;
  return escapeMarkdown(text, {
    heading: true,
    bulletedList: true,
    numberedList: false,
    maskedLink: true,
  })
    .replaceAll("<", "\\<")
    .replace(lineMarkup, "$1\\$2");
}

function encodeParentheses(url: string): string {
  return url.replaceAll("(", "%28").replaceAll(")", "%29");
}

function rowsOf(buttons: readonly (readonly Button[])[]): Row[] {
  const rows = buttons.map((row) => row.flatMap(buttonOf)).filter((row) => row.length > 0);
  return packed(rows)
    .slice(0, maxRows)
    .map((components) => ({ type: ComponentType.ActionRow, components }));
}

/** Too many rows for Discord: single buttons that follow each other share one. */
function packed(rows: ApiButton[][]): ApiButton[][] {
  if (rows.length <= maxRows) return rows.map((row) => row.slice(0, maxInRow));
  const result: ApiButton[][] = [];
  for (const row of rows) {
    const last = result.at(-1);
    const canJoin = row.length === 1 && last && last.length < maxInRow;
    if (canJoin) last.push(...row);
    else result.push(row.slice(0, maxInRow));
  }
  return result;
}

function buttonOf(button: Button): ApiButton[] {
  const type = ComponentType.Button as const;
  const label = cut(button.label, maxLabel);
  if ("url" in button)
    return isSafeLink(button.url) && button.url.length <= maxButtonUrl
      ? [{ type, style: ButtonStyle.Link, label, url: button.url }]
      : [];
  if (button.action.length > maxActionId) return [];
  return [{ type, style: ButtonStyle.Secondary, label, custom_id: button.action }];
}
