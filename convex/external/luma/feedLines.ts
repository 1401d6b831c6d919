import { joinBytes } from "../boundedFetch.ts";

/** A content line of an iCalendar file (RFC 5545, 3.1): `NAME;PARAM=VALUE:value`. */
export type IcsLine = { name: string; params: Map<string, string>; value: string };

/** No property that is read is longer; what is behind it is left out. */
const maxLineBytes = 400_000;

/**
 * The lines of a file, unfolded (RFC 5545, 3.1), in one pass. Lines are folded at 75 octets, which
 * can be inside a multi-byte character, so they are unfolded before decoding. Accepts CRLF and LF,
 * and a BOM.
 */
export function* feedLines(bytes: Uint8Array): Generator<string> {
  const decoder = new TextDecoder();
  let pieces: Uint8Array[] = [];
  let length = 0;
  const add = (from: number, to: number) => {
    const piece = bytes.subarray(from, Math.min(to, from + Math.max(0, maxLineBytes - length)));
    if (piece.length > 0) pieces.push(piece);
    length += piece.length;
  };
  for (let at = 0; at < bytes.length;) {
    const feed = bytes.indexOf(10, at);
    const end = feed === -1 ? bytes.length : feed;
    const isFold = at > 0 && (bytes[at] === 32 || bytes[at] === 9);
    if (!isFold && at > 0) {
      yield decoder.decode(joinBytes(pieces, length));
      pieces = [];
      length = 0;
    }
    add(isFold ? at + 1 : at, withoutReturns(bytes, at, end));
    at = end + 1;
  }
  if (pieces.length > 0) yield decoder.decode(joinBytes(pieces, length));
}

/** The end of a line without the carriage returns before its line feed. */
function withoutReturns(bytes: Uint8Array, from: number, end: number): number {
  let at = end;
  while (at > from && bytes[at - 1] === 13) at--;
  return at;
}

/** The name of a content line in upper case; undefined for a line that is none. */
export function lineName(line: string): string | undefined {
  let end = 0;
  while (end < line.length && end < maxNameLength && line[end] !== ":" && line[end] !== ";") end++;
  const name = line.slice(0, end).trim().toUpperCase();
  return end < line.length && /^[A-Z0-9-]+$/.test(name) ? name : undefined;
}

const maxNameLength = 60;

/** Splits at the first ":" outside quotes: quoted parameters may contain ":" and ";". */
export function readLine(line: string): IcsLine | undefined {
  const name = lineName(line);
  if (name === undefined) return undefined;
  const cuts: number[] = [];
  let quoted = false;
  let colon = -1;
  for (let i = 0; i < line.length && colon === -1; i++) {
    if (line[i] === '"') quoted = !quoted;
    else if (!quoted && line[i] === ";") cuts.push(i);
    else if (!quoted && line[i] === ":") colon = i;
  }
  if (colon === -1) return undefined;
  const params = new Map<string, string>();
  const ends = [...cuts.slice(1), colon];
  for (const [index, cut] of cuts.entries()) {
    const [key = "", ...rest] = line.slice(cut + 1, ends[index]).split("=");
    params.set(key.trim().toUpperCase(), rest.join("=").replaceAll('"', "").trim());
  }
  return { name, params, value: line.slice(colon + 1) };
}

/** Unescapes a TEXT value: commas, semicolons, backslashes and line ends (RFC 5545, 3.3.11). */
export function unescapeIcs(value: string): string {
  return value.replace(/\\([\\;,nN])/g, (_, c: string) => (c === "n" || c === "N" ? "\n" : c));
}
