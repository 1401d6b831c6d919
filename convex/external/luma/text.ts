import { z } from "zod";

// Titles and names are untrusted and are shown in chats: invisible characters could reorder or
// break the text around them. The zero-width joiner stays, because emoji need it.
const controlCharacters = /(?!\n)\p{Cc}/gu;
const directionMarks = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;
const lineEnds = /\r\n?|[\u0085\u2028\u2029]/g;

/** Cleans a text to one line of at most `max` UTF-16 code units; white space is collapsed. */
export function cleanLine(text: string | undefined, max = 300): string | undefined {
  return cleanText(text, max)?.replace(/\s+/g, " ");
}

/**
 * Decodes entities and removes invisible characters; line breaks stay. Undefined for an empty text.
 */
export function cleanText(text: string | undefined, max = 10_000): string | undefined {
  if (text === undefined) return undefined;
  // Truncated first, to limit the work: an entity has at most ten characters.
  const cleaned = decodeEntities(text.slice(0, max * 10))
    .replace(lineEnds, "\n")
    .replace(/\t/g, " ")
    .replace(controlCharacters, "")
    .replace(directionMarks, "")
    .trim();
  // Truncation can split a surrogate pair: its first half is dropped.
  const cut = cleaned.slice(0, max).toWellFormed();
  const whole = cleaned.length > max && cut.endsWith("\ufffd") ? cut.slice(0, -1) : cut;
  return whole.trim() === "" ? undefined : whole.trim();
}

// Luma's JSON has null, "", numbers as text and missing fields. An invalid field is dropped; only
// an event without title, time or address is refused.

/** A text that is not blank, or undefined. */
export const text = z.string().trim().min(1).optional().catch(undefined);

/** A finite number, or a text that is one; null is not read as 0. */
export const number = z
  .union([z.number(), z.string().trim().min(1).max(40).transform(Number)])
  .pipe(z.number())
  .optional()
  .catch(undefined);

export const flag = z.boolean().optional().catch(undefined);

/** A list; a single value is a list of one. */
export const list = z.unknown().optional().transform(asList);

/** A nested object of lenient fields. */
export function part<S extends z.ZodRawShape>(shape: S) {
  return z.object(shape).optional().catch(undefined);
}

export function asList(value: unknown): unknown[] {
  if (value === null || value === undefined) return [];
  return Array.isArray(value) ? (value as unknown[]) : [value];
}

/** The value as an object with fields, or undefined for null, lists and plain values. */
export function asFields(value: unknown): Record<string, unknown> | undefined {
  return hasFields(value) ? value : undefined;
}

function hasFields(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// Luma's page and feed escape some titles as HTML. These are the entity names that occur in event
// titles, and the accented Latin letters; unknown names are left as they are.
const namedSigns: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  hellip: "…",
  ndash: "–",
  mdash: "—",
  lsquo: "‘",
  rsquo: "’",
  ldquo: "“",
  rdquo: "”",
  laquo: "«",
  raquo: "»",
  bull: "•",
  middot: "·",
  iexcl: "¡",
  iquest: "¿",
  copy: "©",
  reg: "®",
  trade: "™",
  euro: "€",
  pound: "£",
  deg: "°",
  ordf: "ª",
  ordm: "º",
  times: "×",
  szlig: "ß",
  oslash: "ø",
  Oslash: "Ø",
  aelig: "æ",
  AElig: "Æ",
};

const namedAccents: Record<string, string> = {
  grave: "\u0300",
  acute: "\u0301",
  circ: "\u0302",
  tilde: "\u0303",
  uml: "\u0308",
  ring: "\u030a",
  cedil: "\u0327",
};

/** Decodes HTML character references once: "&amp;lt;" is the text "&lt;", not a "<". */
export function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]{2,8}));/g,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return named(name) ?? whole;
      const code = decimal === undefined ? parseInt(hex ?? "", 16) : parseInt(decimal, 10);
      const valid = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
      return valid ? String.fromCodePoint(code) : "";
    },
  );
}

function named(name: string): string | undefined {
  if (Object.hasOwn(namedSigns, name)) return namedSigns[name];
  // Accented letters are composed: "eacute" is the letter "e" and the accent "acute".
  const accent = name.slice(1);
  if (!Object.hasOwn(namedAccents, accent)) return undefined;
  return `${name.charAt(0)}${namedAccents[accent] ?? ""}`.normalize("NFC");
}
