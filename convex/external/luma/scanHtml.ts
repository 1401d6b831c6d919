// Finds scripts, metas and the title of a page by walking it once. No regular expression and no
// HTML parser: both take seconds over hostile input that this walks in one pass, because a tag,
// comment or script that never ends also ends the walk.

import { decodeEntities } from "./text.ts";

export type Tag = {
  /** Lower-case names; the first of a repeated attribute counts, as in browsers. */
  attributes: Map<string, string>;
  /** What stands between the tags, for scripts. */
  content: string;
};

export type Scan = {
  scripts: Tag[];
  metas: Tag[];
  title?: string;
  /** Characters looked at, for the test that this stays in proportion to the page. */
  steps: number;
};

const maxTags = 500;

export function scanHtml(html: string): Scan {
  const scan: Scan = { scripts: [], metas: [], steps: 0 };
  let at = html.indexOf("<");
  while (at !== -1 && scan.scripts.length < maxTags && scan.metas.length < maxTags) {
    const end = readMarkup(html, at, scan);
    scan.steps += (end === -1 ? html.length : end) - at;
    if (end === -1) break;
    at = html.indexOf("<", end);
  }
  return scan;
}

/** Reads what starts at the "<" and returns where it ends, or -1 where it never does. */
function readMarkup(html: string, at: number, scan: Scan): number {
  if (html.startsWith("<!--", at)) {
    const close = html.indexOf("-->", at + 4);
    return close === -1 ? -1 : close + 3;
  }
  const name = tagName(html, at + 1);
  if (name === "") return at + 1;
  // Every tag's attributes are read: one of them may hold "<script>" as a text.
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

/** Tags whose content is text up to their own closing tag, whatever it looks like. */
const rawTextTags = new Set(["script", "style", "title", "textarea"]);
const maxNameLength = 32;

/**
 * The name at this place in lower case, "" where there is none. The page itself is never
 * lower-cased: some letters change length by that, and every offset with them.
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

/** From behind the tag's name to behind its ">"; undefined where there is none. */
function readAttributes(html: string, from: number): Open | undefined {
  const attributes = new Map<string, string>();
  let at = from;
  while (at < html.length) {
    while (at < html.length && html[at] !== ">" && isBreak(html, at)) at++;
    if (html[at] === ">") return { attributes, end: at + 1 };
    const nameStart = at;
    // A leading "=" belongs to the name, as in browsers; so every turn moves on.
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
