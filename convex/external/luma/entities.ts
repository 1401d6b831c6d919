// Luma's page and feed escape some titles as HTML. This is the handful of names that people's
// event titles really hold, with the Latin letters; anything else stays as it was written.
const SIGNS: Record<string, string> = {
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

const ACCENTS: Record<string, string> = {
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
  if (Object.hasOwn(SIGNS, name)) return SIGNS[name];
  // "eacute" is a letter and an accent: two tables instead of a hundred rows.
  const accent = name.slice(1);
  if (!Object.hasOwn(ACCENTS, accent)) return undefined;
  return `${name.charAt(0)}${ACCENTS[accent] ?? ""}`.normalize("NFC");
}
