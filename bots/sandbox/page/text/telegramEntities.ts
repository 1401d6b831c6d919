import type { TranscriptEntity } from "../../contract.ts";
import { safeLink } from "../dom.ts";
import type { Style, TextNode } from "./draw.ts";

type Span = { type: string; from: number; to: number; url?: string };

/** Telegram's text and entities as nodes. Entities that cross are cut where the outer one ends. */
export function telegramText(text: string, entities: TranscriptEntity[] = []): TextNode[] {
  const spans = entities
    .map(({ type, offset, length, url }) => ({
      type,
      from: Math.max(0, offset),
      to: Math.min(text.length, offset + length),
      ...(url !== undefined && { url }),
    }))
    .filter(({ from, to }) => from < to);
  return between(text, 0, text.length, spans.sort(outerFirst));
}

function outerFirst(one: Span, other: Span): number {
  return one.from - other.from || other.to - one.to;
}

function between(text: string, from: number, to: number, spans: Span[]): TextNode[] {
  const nodes: TextNode[] = [];
  const waiting = [...spans];
  let at = from;
  for (let span = waiting.shift(); span; span = waiting.shift()) {
    if (span.from > at) nodes.push(text.slice(at, span.from));
    const { from: start, to: end } = span;
    const inside = takeWhile(waiting, (other) => other.from < end);
    const whole = inside.map((other) => ({ ...other, to: Math.min(other.to, end) }));
    const rests = inside
      .filter((other) => other.to > end)
      .map((other) => ({ ...other, from: end }));
    waiting.unshift(...rests);
    waiting.sort(outerFirst);
    nodes.push(...nodesOf(span, text.slice(start, end), between(text, start, end, whole)));
    at = end;
  }
  if (at < to) nodes.push(text.slice(at, to));
  return nodes;
}

function takeWhile(spans: Span[], isTaken: (span: Span) => boolean): Span[] {
  const end = spans.findIndex((span) => !isTaken(span));
  return spans.splice(0, end === -1 ? spans.length : end);
}

const styles: Record<string, Style> = {
  bold: "bold",
  italic: "italic",
  underline: "underline",
  strikethrough: "strike",
  spoiler: "spoiler",
  code: "code",
  pre: "block",
  blockquote: "quote",
  expandable_blockquote: "quote",
  mention: "mention",
  text_mention: "mention",
  hashtag: "mention",
  date_time: "time",
};

/** An unknown entity leaves its text as it is. */
function nodesOf(span: Span, text: string, children: TextNode[]): TextNode[] {
  if (span.type === "bot_command") return [{ as: "command", text }];
  if (span.type === "text_link" || span.type === "url") {
    const url = safeLink(span.url ?? text);
    return url ? [{ as: "link", url, children }] : children;
  }
  const as = styles[span.type];
  return as ? [{ as, children }] : children;
}
