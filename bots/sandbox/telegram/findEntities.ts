import type { MessageEntity } from "@grammyjs/types";

// The entities that Telegram's server finds by itself in a text, a person's or a bot's: the rules of
// https://github.com/tdlib/td/blob/master/td/telegram/MessageEntity.cpp (`find_entities`). Its list of
// domains is not repeated: any letters count as one, so that nothing is found too rarely.

type Found = { type: "mention" | "bot_command" | "hashtag" | "cashtag" | "url" | "email" };

const word = String.raw`\p{L}\p{N}_`;
const tag = String.raw`\p{L}\p{Nd}_\u200c\u00b7\u0d80-\u0dff`;
// What may stand in a host: no general punctuation but joiners and dashes, no separators.
const host = String.raw`A-Za-z0-9_.~\-\u00c0-\u1fff\u200c\u200d\u2010-\u2015\u2070-\u2fff\u3001-\u{10ffff}`;
const path = String.raw`[^\s<>"«»\u2000-\u200b\u200e\u200f\u2016-\u206f]`;

const rules: [Found["type"], RegExp][] = [
  ["mention", new RegExp(`(?<![${word}])@[a-zA-Z0-9_]{2,32}(?![${word}])`, "gu")],
  [
    "bot_command",
    new RegExp(
      String.raw`(?<![${word}/<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![${word}/<>@])`,
      "gu",
    ),
  ],
  [
    "hashtag",
    new RegExp(`(?<![${tag}])#[${tag}]{1,256}(?:@[a-zA-Z0-9_]{3,32})?(?![${tag}]*#)`, "gu"),
  ],
  ["cashtag", new RegExp(String.raw`(?<![$${tag}])\$(?:1INCH|[A-Z]{1,8})(?![$${tag}])`, "gu")],
  ["url", new RegExp(String.raw`(?:tg|ton|tonsite)://[a-z0-9_-]{1,253}(?:[/?#]${path}*)?`, "giu")],
  [
    "url",
    new RegExp(
      String.raw`(?:https?://|ftp://)?(?:[^\s/[\]{}()'\x60<>"@«»\u2000-\u200b\u200e\u200f\u2016-\u206f]+@)?(?<host>[${host}]+\.[${host}]+)(?::\d{1,5})?(?:[/?#]${path}*)?`,
      "giu",
    ),
  ],
];

const shortNames = new Set(["gif", "nft", "pic", "ufc", "vid"]);
const email =
  /^([a-z0-9_-]{0,26}[.+]){0,10}[a-z0-9_-]{1,35}@(([a-z0-9][a-z0-9_-]{0,28})?[a-z0-9][.]){1,6}[a-z]{2,8}$/i;

/** The entities of a text, by their place; where two overlap, the first one counts. */
export function findEntities(text: string): MessageEntity[] {
  // Most messages have none of these characters, and the regular expressions are slow.
  if (!/[/@#$.]/.test(text)) return [];
  const found = rules.flatMap(([type, rule]) =>
    [...text.matchAll(rule)].flatMap((match) => entityOf(type, match, text)),
  );
  found.sort((one, other) => one.offset - other.offset || other.length - one.length);
  let end = 0;
  return found.filter(({ offset, length }) => {
    if (offset < end) return false;
    end = offset + length;
    return true;
  });
}

function entityOf(type: Found["type"], match: RegExpExecArray, text: string): MessageEntity[] {
  const [whole] = match;
  const offset = match.index;
  const entity = { type, offset, length: whole.length };
  if (type === "mention")
    return whole.length > 4 || shortNames.has(whole.slice(1).toLowerCase()) ? [entity] : [];
  if (type === "hashtag") return /\p{L}/u.test(whole) ? [entity] : [];
  if (type !== "url" || match.groups === undefined) return [entity];
  const address = whole.replace(/[.:;,('?!`)\]}]+$/, "");
  if (email.test(address)) return [{ type: "email", offset, length: address.length }];
  const hasProtocol = /^(https?|ftp):\/\//i.test(whole);
  const isInWord = /[\p{L}\p{N}_/#@]$/u.test(text.slice(0, offset));
  if (!hasProtocol && isInWord) return [];
  return isHost((match.groups["host"] ?? "").replace(/\.+$/, ""), hasProtocol)
    ? [{ type, offset, length: address.length }]
    : [];
}

function isHost(name: string, hasProtocol: boolean): boolean {
  const parts = name.split(".");
  const top = parts.at(-1) ?? "";
  if (parts.length < 2 || parts.some((part) => part === "" || part.endsWith("-"))) return false;
  if (/^(\d{1,3}\.){3}\d{1,3}$/.test(name)) return true;
  if (/^[\d.]+$/.test(name) || !/^..+$/u.test(top) || /[_-]/.test(top.replace(/^xn--/, "")))
    return false;
  return hasProtocol || /^(xn--\w+|[\p{L}\p{M}]+)$/u.test(top);
}

/** What does not count among the hundred: https://core.telegram.org/api/entities */
const uncounted = new Set(
  "bold italic underline strikethrough spoiler blockquote expandable_blockquote".split(" "),
);
const maxCounted = 100;

/**
 * The entities that a bot's text ends up with: its own, those that the server finds outside of them,
 * and of the ones that count the first hundred. The others are lost without a word.
 */
export function finalEntities(text: string, own: MessageEntity[]): MessageEntity[] {
  const fixed = own.filter(({ type }) => !uncounted.has(type));
  const found = findEntities(text).filter((one) =>
    fixed.every(
      ({ offset, length }) => one.offset >= offset + length || one.offset + one.length <= offset,
    ),
  );
  let counted = 0;
  return [...own, ...found]
    .toSorted((one, other) => one.offset - other.offset || other.length - one.length)
    .filter(({ type }) => uncounted.has(type) || ++counted <= maxCounted);
}
