import type { Locale } from "../texts/index.ts";
import { hasOnlyRightFigures } from "./figures.ts";
import { numberWords, oneGiver, romanNumbers, unitWords } from "./figureWords.ts";
import { plain, type ShareFacts, writeFacts } from "./shareFacts.ts";

/** Why a text is not shown. */
export type Problem = "length" | "characters" | "link" | "language" | "number word" | "figure";

const shortest = 20;
const longest = 400;
const maxBreaks = 2;

/**
 * What is wrong with an explanation in this language; null where nothing is. It may say the figures
 * of the books and no others:
 *
 * - a figure is quoted as `writeFacts` writes it, with its unit: money is the amount or the gap, each
 *   where the words around it do not say the other; a percentage is the share of the city; the
 *   urgency stands behind that word, plain or "of 100"; people are the givers; a date is the week's;
 * - numbers, shares and ranks in words, Roman numbers and digits of other scripts are refused, right
 *   or wrong; "one" and "una" are let be, unless it is one giver of several;
 * - the names of the charity and its city are words, whatever digits they hold;
 * - plain Latin letters and punctuation only, 20 to 400 characters, no link, mention or command, not
 *   even in a name, and at most two line breaks.
 *
 * What is right and written otherwise is refused as well: the template takes its place.
 */
export function checkExplanation(text: string, facts: ShareFacts, locale: Locale): Problem | null {
  const said = plain(text);
  const breaks = said.split("\n").length - 1;
  if (said.length < shortest || said.length > longest || breaks > maxBreaks) return "length";
  if (/[\p{Cf}\p{Co}\p{Cn}\p{Cs}]|(?!\n)\p{Cc}/u.test(said)) return "characters";
  if (leads.test(said)) return "link";
  const words = withoutNames(said, facts);
  if (!allowed.test(words)) return "characters";
  if (!isIn(words, locale)) return "language";
  const inWords = [numberWords, romanNumbers, unitWords, ...(facts.givers === 1 ? [] : [oneGiver])];
  if (inWords.some((pattern) => pattern.test(words))) return "number word";
  return hasOnlyRightFigures(words, writeFacts(facts, locale)) ? null : "figure";
}

/** Addresses, mentions and commands, as chats make them out. */
const leads = /@|:\/\/|\p{L}[.:]\p{L}|(?<![\p{L}\p{N}])\/|[#\\]|\p{N}\.\p{L}|www/iu;

const allowed = /^[A-Za-zÀ-ÖØ-öø-ÿ0-9 \n.,;:'’"“”«»()¡!¿?–—…%$/-]*$/u;

/** The charity's and the city's names give way to a word that means nothing. */
function withoutNames(text: string, { charity, city }: ShareFacts): string {
  const names = [charity, city].map((name) => plain(name).trim()).filter(isName);
  return names
    .sort((a, b) => b.length - a.length)
    .reduce((rest, name) => rest.replaceAll(standing(name), "Aaa"), text);
}

/** A name that is nothing but a figure is none. */
function isName(name: string): boolean {
  return /\p{L}{2}/u.test(name) && !/[$%€£]/u.test(name) && !unitWords.test(name);
}

/** Where a name stands by itself, and is not the beginning or end of a figure. */
function standing(name: string): RegExp {
  const literal = name.replaceAll(/[$.*+?^(){}|[\]\\/-]/g, String.raw`\$&`);
  return new RegExp(
    `(?<![\\p{L}\\p{N}$%]|\\p{N}[.,])${literal}(?![\\p{L}\\p{N}$%]|[.,]\\p{N}| ?(?:[$%]|US\\$))`,
    "gu",
  );
}

const small: Record<Locale, RegExp> = {
  en: /(?<!\p{L})(?:the|of|and|its|it|is|was|were|to|for|with|this|that|by|on)(?!\p{L})/giu,
  es: /(?<!\p{L})(?:el|la|los|las|de|del|y|su|sus|es|era|por|para|con|que|esta|en|lo|se)(?!\p{L})/giu,
};

/** By its small words: more of this language than of the other. */
function isIn(text: string, locale: Locale): boolean {
  const other: Locale = locale === "en" ? "es" : "en";
  return [...text.matchAll(small[locale])].length > [...text.matchAll(small[other])].length;
}
