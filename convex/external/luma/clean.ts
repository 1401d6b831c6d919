import { decodeEntities } from "./entities.ts";

// Titles and names come from strangers and go into chats: nothing invisible may reorder or break
// the text around them. The zero-width joiner stays, emoji need it.
const CONTROLS = /(?!\n)\p{Cc}/gu;
const DIRECTIONS = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;
const LINE_ENDS = /\r\n?|[\u0085\u2028\u2029]/g;

/** One line: entities decoded, invisible characters gone, blanks folded, at most `max` UTF-16 units. */
export function cleanLine(text: string | undefined, max = 300): string | undefined {
  return cleanText(text, max)?.replace(/\s+/g, " ");
}

/** As `cleanLine`, but lines stay lines. Nothing left is undefined, not "". */
export function cleanText(text: string | undefined, max = 10_000): string | undefined {
  if (text === undefined) return undefined;
  // Cut before the work too: an entity takes at most ten characters for one.
  const cleaned = decodeEntities(text.slice(0, max * 10))
    .replace(LINE_ENDS, "\n")
    .replace(/\t/g, " ")
    .replace(CONTROLS, "")
    .replace(DIRECTIONS, "")
    .trim();
  // A cut in the middle of an emoji leaves half a surrogate pair: drop it.
  const cut = cleaned.slice(0, max).toWellFormed();
  const whole = cleaned.length > max && cut.endsWith("\ufffd") ? cut.slice(0, -1) : cut;
  return whole.trim() === "" ? undefined : whole.trim();
}
