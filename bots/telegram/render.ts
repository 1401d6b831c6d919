import { FormattedString } from "@grammyjs/parse-mode";
import type { InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity } from "grammy/types";
import { fit, itemBlocks } from "../../shared/messages/fit.ts";
import type { Button, Inline, Line, Message, Reader } from "../../shared/messages/message.ts";
import { cut, isSafeLink } from "../../shared/messages/sanitize.ts";
import { countFound, inert, ownWords } from "./plainText.ts";
import { formatTime, type TimeStyle, zoneName } from "../../shared/time/format.ts";

/** Telegram counts text in UTF-16 units, after entities: https://core.telegram.org/bots/api#sendmessage */
const maxText = 4096;
const maxCaption = 1024;
const maxActionId = 64;

/** What sendMessage and editMessageText take. */
type Rendered = {
  text: string;
  entities: MessageEntity[];
  link_preview_options: { is_disabled: true } | PicturePreview;
  reply_markup?: InlineKeyboardMarkup;
};
type PicturePreview = { url: string; prefer_large_media: true; show_above_text: true };

/**
 * Renders a message for a Telegram reader, within Telegram's length: what stands under a file or a
 * picture is a caption, which is shorter.
 */
export function renderTelegram(
  message: Message,
  reader: Reader,
  isCaption = message.file !== undefined || message.picture !== undefined,
): Rendered {
  const longest = isCaption ? maxCaption : maxText;
  const fitted = fit(withWords(message), {
    maxLength: longest,
    render: (candidate) => textOf(candidate, reader),
    lengthOf: (rendered) => (countedIn(rendered) > maxEntities ? Infinity : rendered.text.length),
  });
  const text = shortened(fitted, longest);
  const keyboard = keyboardOf(message);
  return {
    text: text.text,
    entities: entitiesOf(text),
    // A picture is shown through the preview: the text keeps its full length, and stays editable.
    link_preview_options: message.image
      ? { url: message.image, prefer_large_media: true, show_above_text: true }
      : { is_disabled: true },
    ...(keyboard && { reply_markup: keyboard }),
  };
}

/**
 * Telegram keeps the first hundred entities of a message and drops the others without a word; these do
 * not count. https://core.telegram.org/api/entities
 */
const maxEntities = 100;
const uncounted = new Set<MessageEntity["type"]>(["bold", "italic"]);

function countedIn({ rawText, rawEntities }: FormattedString): number {
  return rawEntities.filter(({ type }) => !uncounted.has(type)).length + countFound(rawText);
}

/** The entities that Telegram takes. Beyond its hundred, times go first: their text says the same. */
function entitiesOf(text: FormattedString): MessageEntity[] {
  // Telegram refuses an entity over nothing.
  let entities = text.rawEntities.filter(({ length }) => length > 0);
  let tooMany = countedIn(text) - maxEntities;
  for (const type of ["date_time", "code", "text_link"] as const) {
    const droppable = entities.filter((entity) => entity.type === type);
    const dropped = new Set(droppable.slice(Math.max(0, droppable.length - Math.max(0, tooMany))));
    entities = entities.filter((entity) => !dropped.has(entity));
    tooMany -= dropped.size;
  }
  return entities;
}

/** Telegram has no alternative text: a picture without words of its own says it as its caption. */
function withWords(message: Message): Message {
  const { picture, lines = [], items = [], body } = message;
  if (!picture || lines.length > 0 || items.length > 0 || body !== undefined) return message;
  return { ...message, lines: [[picture.alt]] };
}

/** Lines are never left out; where they alone are too long, the end of the text is. */
function shortened(text: FormattedString, longest: number): FormattedString {
  const end = cut(text.rawText, longest).length - 1;
  if (text.rawText.length <= longest) return text;
  return joined([text.slice(0, end), new FormattedString("…")], "");
}

function textOf(message: Message, reader: Reader): FormattedString {
  const blocks = [
    message.title === undefined ? [] : [titleOf(message)],
    (message.lines ?? []).map((line) => lineOf(line, reader)),
    ...itemBlocks(message).map((lines) => lines.map((line) => lineOf(line, reader))),
    (message.footer ?? []).map((line) => lineOf(line, reader)),
    message.body === undefined ? [] : [new FormattedString(inert(message.body))],
    zoneNote(message, reader),
  ];
  const texts = blocks.filter((lines) => lines.length > 0).map((lines) => joined(lines, "\n"));
  return joined(texts, "\n\n");
}

function titleOf({ title = "", url }: Message): FormattedString {
  const bold = FormattedString.bold(inert(title));
  return url && isSafeLink(url) ? FormattedString.link(bold, url) : bold;
}

function lineOf(line: Line, reader: Reader): FormattedString {
  return joined(
    line.map((part) => inlineOf(part, reader)),
    "",
  );
}

/** Telegram's own names of what is shown; clients that know the entity use the reader's own zone. */
const timeFormats = {
  full: "wDt",
  dated: "wDt",
  hour: "t",
  weekday: "w",
} as const satisfies Record<TimeStyle, string>;

function inlineOf(part: Inline, reader: Reader): FormattedString {
  if (typeof part === "string") return new FormattedString(ownWords(part));
  if ("bold" in part) return FormattedString.bold(inert(part.bold));
  if ("italic" in part) return FormattedString.italic(ownWords(part.italic));
  if ("code" in part) return FormattedString.code(part.code);
  if ("time" in part) {
    const text = formatTime(part.time, part.style, reader.timezone, reader.locale);
    return FormattedString.time(text, Math.floor(part.time / 1000), timeFormats[part.style]);
  }
  return isSafeLink(part.url)
    ? FormattedString.link(part.link, part.url)
    : new FormattedString(inert(part.link));
}

/** Times without a zone are guesses: a message that shows any says whose they are. */
function zoneNote(message: Message, reader: Reader): FormattedString[] {
  const lines = [...(message.lines ?? []), ...(message.items ?? [])];
  const hasTimes = lines.some((line) =>
    line.some((part) => typeof part === "object" && "time" in part),
  );
  return hasTimes ? [FormattedString.italic(`(${zoneName(reader.timezone)})`)] : [];
}

function keyboardOf({ buttons = [] }: Message): InlineKeyboardMarkup | undefined {
  const rows = buttons.map((row) => row.flatMap(buttonOf)).filter((row) => row.length > 0);
  return rows.length > 0 ? { inline_keyboard: rows } : undefined;
}

function buttonOf(button: Button): InlineKeyboardButton[] {
  const text = cut(button.label, 60);
  if ("url" in button) return isSafeLink(button.url) ? [{ text, url: button.url }] : [];
  // An action id that is too long would make Telegram refuse the whole message.
  if (Buffer.byteLength(button.action) > maxActionId) return [];
  return [{ text, callback_data: button.action }];
}

/**
 * Joins formatted texts. The library's own join copies and sorts all entities again with every
 * piece: half of what a long list cost.
 */
function joined(pieces: readonly FormattedString[], separator: string): FormattedString {
  let text = "";
  const entities: MessageEntity[] = [];
  for (const [index, { rawText, rawEntities }] of pieces.entries()) {
    if (index > 0) text += separator;
    for (const entity of rawEntities)
      entities.push({ ...entity, offset: text.length + entity.offset });
    text += rawText;
  }
  return new FormattedString(text, entities);
}
