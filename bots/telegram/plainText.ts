import { commands } from "../../shared/commands/index.ts";

// Telegram's server makes mentions, commands, tags and links of what looks like one in a bot's plain
// text: https://github.com/tdlib/td/blob/master/td/telegram/MessageEntity.cpp (`find_entities`). In a
// stranger's name or title none of that is meant, so an invisible character stands behind the sign.

/** U+2060 WORD JOINER: it has no width, allows no line break, and is part of none of these. */
const joiner = "\u2060";

// An address without its dots and "//" is none; "3.5" and "$20" are none anyway.
const signs = new RegExp(
  [
    String.raw`@(?=[A-Za-z0-9_])`,
    String.raw`#(?=[\p{Nd}_\u200c\u00b7\u0d80-\u0dff]*\p{L})`,
    String.raw`\$(?=[A-Z]|1INCH)`,
    String.raw`:(?=//)`,
    String.raw`\.(?=[\p{L}\p{M}])`,
    String.raw`\.(?=\d{1,3}\.\d{1,3}\.\d{1,3})`,
  ].join("|"),
  "gu",
);
const command = /(?<![\p{L}\p{N}_/<>])\/(?=([A-Za-z0-9_]+)(@?))/gu;
let names: ReadonlySet<string> | undefined;

/** A stranger's text: looks the same, and nothing in it can be tapped. */
export function inert(text: string): string {
  return text.replace(signs, `$&${joiner}`).replace(command, `/${joiner}`);
}

/** An address in Plaza's own words, to be copied: `cleanName` lets none of a stranger's be one. */
const ownAddress = /(https?:\/\/[^\s\u2060]+)/;

/** Plaza's own words: its commands and addresses can be tapped, and nothing else. */
export function ownWords(text: string): string {
  const pieces = text.split(ownAddress);
  return pieces.map((piece, index) => (index % 2 === 1 ? piece : ownPiece(piece))).join("");
}

function ownPiece(text: string): string {
  names ??= new Set(commands.map(({ name }) => name));
  return text
    .replace(command, (sign, name: string, at: string) =>
      names?.has(name.toLowerCase()) && at === "" ? sign : `${sign}${joiner}`,
    )
    .replace(signs, `$&${joiner}`);
}

/** How many commands and addresses the server finds in a text that was made so. */
export function countFound(text: string): number {
  const tappable = [...text.matchAll(command)].filter(({ index }) => text[index + 1] !== joiner);
  return tappable.length + text.split(ownAddress).length - 1;
}
