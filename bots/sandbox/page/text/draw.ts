import { el } from "../dom.ts";

const tags: Record<Style, keyof HTMLElementTagNameMap> = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strike: "s",
  spoiler: "span",
  code: "code",
  block: "pre",
  quote: "blockquote",
  heading: "strong",
  small: "small",
  mention: "span",
  time: "span",
};

/** Makes elements of formatted text. A pressed command is handed to `onCommand`. */
export function draw(
  nodes: TextNode[],
  reader: Reader,
  onCommand?: (command: string) => void,
): (Node | string)[] {
  return nodes.map((node) => {
    if (typeof node === "string") return node;
    if (node.as === "timestamp") {
      const full = timestamp(node.at, "F", reader);
      return el("time", { class: "t-time", title: full }, timestamp(node.at, node.style, reader));
    }
    if (node.as === "command") {
      const onclick = () => onCommand?.(node.text);
      return el("button", { class: "t-command", type: "button", onclick }, node.text);
    }
    const children = draw(node.children, reader, onCommand);
    if (node.as === "link") return linkTo(node.url, ...children);
    if (node.as === "spoiler") return el("span", { class: "t-spoiler", tabindex: 0 }, ...children);
    return el(tags[node.as], { class: `t-${node.as}` }, ...children);
  });
}

export function linkTo(href: string, ...children: (Node | string)[]): HTMLAnchorElement {
  return el("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

/** Formatted text, as both platforms' parsers give it and `draw.ts` shows it. */
export type TextNode =
  | string
  | { as: Style; children: TextNode[] }
  | { as: "link"; url: string; children: TextNode[] }
  | { as: "command"; text: string }
  | { as: "timestamp"; at: number; style: string };

export type Style =
  | "bold"
  | "italic"
  | "underline"
  | "strike"
  | "spoiler"
  | "code"
  | "block"
  | "quote"
  | "heading"
  | "small"
  | "mention"
  | "time";

/** The text without its formatting. */
export function plain(nodes: TextNode[]): string {
  return nodes
    .map((node) => {
      if (typeof node === "string") return node;
      if ("children" in node) return plain(node.children);
      return "text" in node ? node.text : "";
    })
    .join("");
}

/** Whose eyes a text is written for. No zone: the browser's own. */
export type Reader = { language: string; zone?: string; now: number };

const shapes: Record<string, Intl.DateTimeFormatOptions> = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
};

/** A Discord timestamp of the given style; an unknown style is written as `f`. */
export function timestamp(at: number, style: string, reader: Reader): string {
  if (Number.isNaN(new Date(at).getTime())) return "Invalid date";
  if (style === "R") return relative(at, reader);
  return format(at, shapes[style] ?? { dateStyle: "long", timeStyle: "short" }, reader);
}

export const clock = (at: number, reader: Reader) => format(at, { timeStyle: "short" }, reader);

/** A moment in few words: "Mon, Nov 23, 7:00 AM". */
export function brief(at: number, reader: Reader): string {
  const date = { weekday: "short", month: "short", day: "numeric" } as const;
  return format(at, { ...date, hour: "numeric", minute: "2-digit" }, reader);
}

/** "Today", "Yesterday" or the date, in the reader's words. */
export function day(at: number, reader: Reader): string {
  const { language, zone, now } = reader;
  const ago = dayNumber(now, zone) - dayNumber(at, zone);
  if (ago === 0 || ago === 1) {
    const word = new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(-ago, "day");
    return word.charAt(0).toLocaleUpperCase(language) + word.slice(1);
  }
  return format(at, { day: "numeric", month: "long" }, reader);
}

/** Days since 1970 by the reader's calendar. */
export function dayNumber(at: number, zone?: string): number {
  const date = new Intl.DateTimeFormat("en-CA", { dateStyle: "short", timeZone: zone }).format(at);
  return Math.round(Date.parse(`${date}T00:00:00Z`) / 86_400_000);
}

const units = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

function relative(at: number, { language, now }: Reader): string {
  const seconds = Math.round((at - now) / 1000);
  const words = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const unit = units.find(([, length]) => Math.abs(seconds) >= length);
  return unit
    ? words.format(Math.round(seconds / unit[1]), unit[0])
    : words.format(seconds, "second");
}

function format(at: number, shape: Intl.DateTimeFormatOptions, { language, zone }: Reader): string {
  return new Intl.DateTimeFormat(language, { ...shape, timeZone: zone }).format(at);
}
