// Finds the scripts, meta tags and title of a page in one linear pass. Regular expressions and HTML
// parsers take seconds on hostile input; here an unterminated tag, comment or script ends the scan.

import { decodeEntities } from "./text.ts";

export type Tag = {
  /** By lower-case name; of a repeated attribute the first counts, as in the HTML standard. */
  attributes: Map<string, string>;
  /** The text between the tags, for scripts. */
  content: string;
};

export type Scan = {
  scripts: Tag[];
  metas: Tag[];
  title?: string;
  /** Something was not closed, or there were too many tags: the rest of the page was not read. */
  isCut: boolean;
  /** Characters scanned, for the test that the scan is linear. */
  steps: number;
};

const maxTags = 500;

export function scanHtml(html: string): Scan {
  const scan: Scan = { scripts: [], metas: [], isCut: false, steps: 0 };
  let at = html.indexOf("<");
  while (at !== -1 && scan.scripts.length < maxTags && scan.metas.length < maxTags) {
    const end = readMarkup(html, at, scan);
    scan.steps += (end === -1 ? html.length : end) - at;
    if (end === -1) break;
    at = html.indexOf("<", end);
  }
  scan.isCut = at !== -1;
  return scan;
}

/** Reads the markup that starts at "<" and returns its end, or -1 where it is unterminated. */
function readMarkup(html: string, at: number, scan: Scan): number {
  if (html.startsWith("<!--", at)) {
    const close = html.indexOf("-->", at + 4);
    return close === -1 ? -1 : close + 3;
  }
  const name = tagName(html, at + 1);
  if (name === "") return at + 1;
  // The attributes of every tag are parsed, because a value can contain "<script>".
  const open = readAttributes(html, at + 1 + name.length);
  if (open === undefined) return -1;
  if (name === "meta") scan.metas.push({ attributes: open.attributes, content: "" });
  if (!rawTextTags.has(name)) return open.end;

  const close = closingTag(html, open.end, name);
  if (close === -1) return -1;
  const content = html.slice(open.end, close);
  if (name === "script") scan.scripts.push({ attributes: open.attributes, content });
  if (name === "title") scan.title ??= content;
  return close + 2 + name.length;
}

/** Tags whose content is plain text up to their closing tag. */
const rawTextTags = new Set(["script", "style", "title", "textarea"]);
const maxNameLength = 32;

/**
 * The tag name at this offset in lower case, "" where there is none. The whole page is not
 * lower-cased, because that can change the length of the text and so the offsets.
 */
function tagName(html: string, from: number): string {
  let at = from;
  while (at < html.length && at - from <= maxNameLength && !isBreak(html, at)) at++;
  const name = html.slice(from, at).toLowerCase();
  return /^[a-z][a-z0-9-]*$/.test(name) ? name : "";
}

function isBreak(html: string, at: number): boolean {
  const c = html.charCodeAt(at);
  return c <= 32 || c === 47 /* / */ || c === 62; /* > */
}

function closingTag(html: string, from: number, name: string): number {
  let at = html.indexOf("</", from);
  while (at !== -1 && tagName(html, at + 2) !== name) at = html.indexOf("</", at + 2);
  return at;
}

type Open = { attributes: Map<string, string>; end: number };

/** Parses from after the tag's name to after its ">"; undefined where the tag is unterminated. */
function readAttributes(html: string, from: number): Open | undefined {
  const attributes = new Map<string, string>();
  let at = from;
  while (at < html.length) {
    while (at < html.length && html[at] !== ">" && isBreak(html, at)) at++;
    if (html[at] === ">") return { attributes, end: at + 1 };
    const nameStart = at;
    // A leading "=" belongs to the name (HTML standard), so that every iteration advances.
    if (html[at] === "=") at++;
    while (at < html.length && html[at] !== "=" && !isBreak(html, at)) at++;
    const name = html.slice(nameStart, at).toLowerCase();
    while (at < html.length && html.charCodeAt(at) <= 32) at++;
    let value = "";
    if (html[at] === "=") {
      const read = readValue(html, at + 1);
      if (read === undefined) return undefined;
      ({ value, end: at } = read);
    }
    if (name !== "" && !attributes.has(name)) attributes.set(name, decodeEntities(value));
  }
  return undefined;
}

function readValue(html: string, from: number): { value: string; end: number } | undefined {
  let at = from;
  while (at < html.length && html.charCodeAt(at) <= 32) at++;
  const quote = html[at];
  if (quote === '"' || quote === "'") {
    const close = html.indexOf(quote, at + 1);
    return close === -1 ? undefined : { value: html.slice(at + 1, close), end: close + 1 };
  }
  const start = at;
  while (at < html.length && html[at] !== ">" && html.charCodeAt(at) > 32) at++;
  return { value: html.slice(start, at), end: at };
}
