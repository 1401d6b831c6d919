import { withoutInvisible } from "./invisible.ts";

// Names and links come from strangers. Control characters and bidirectional overrides can reorder
// what a reader sees: https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
const unsafe = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Telegram makes a command or a link of these, and of a stranger's name it must not: an invisible word
 * joiner stands behind the sign. What else it finds, `bots/telegram/plainText.ts` parts.
 */
const signs = /(?<![\p{L}\p{N}_/<>])\/(?=\w)|:(?=\/\/)/gu;

/** A name on one line, at most `longest` UTF-16 units, ending in an ellipsis where it was cut. */
export function cleanName(name: string, longest: number): string {
  const line = withoutInvisible(name).replace(unsafe, " ").replace(/\s+/g, " ").trim();
  return cut(line.replace(signs, "$&\u2060"), longest);
}

/** "Mia Fischer (@mia)"; `name` is clean already. */
export function withHandle(name: string, handle: string | undefined): string {
  return handle ? `${name} (@${cleanName(handle, 40)})` : name;
}

/** The first `longest` UTF-16 units of a text, never half a character, with an ellipsis. */
export function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  let end = Math.max(0, longest - 1);
  const last = text.charCodeAt(end - 1);
  // Half of a surrogate pair is no character.
  if (last >= 0xd800 && last <= 0xdbff) end -= 1;
  return `${text.slice(0, end).trimEnd()}…`;
}

/** Whether a link may be shown to people: https, an ordinary host, no credentials in it. */
export function isSafeLink(link: string): boolean {
  if (link.length > 2000 || !URL.canParse(link)) return false;
  const { protocol, username, password, hostname } = new URL(link);
  return protocol === "https:" && !username && !password && hostname.includes(".");
}

/** The letters that matter when people type: lower case, no accents, single spaces. */
export function plain(text: string): string {
  return withoutInvisible(text)
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/\s+/g, " ")
    .trim();
}
