import type { Locale } from "../texts/index.ts";
import { hasOnlyRightFigures } from "./figures.ts";
import { numberWords, oneGiver, romanNumbers, unitWords } from "./figureWords.ts";
import { plain, type ShareFacts, writeFacts } from "./shareFacts.ts";

/** The reason for which a text is rejected. */
export type Problem = "length" | "characters" | "link" | "language" | "number word" | "figure";

const minLength = 20;
const maxLength = 400;
const maxBreaks = 2;

/**
 * Validates an explanation in one language; returns the first problem, or null. A text may contain
 * only the figures of the facts:
 *
 * - a figure must be quoted as `writeFacts` writes it, with its unit: money is the amount or the
 *   gap, unless the words around it indicate the other; a percentage is the share of the city; the
 *   urgency follows that word, plain or as "of 100"; people are the givers; a date is the week's;
 * - number words, fractions, ranks, Roman numerals and digits of other scripts are rejected, even
 *   if correct; "one" and "una" are allowed, except as one giver of several;
 * - the names of the charity and its city are not checked for figures;
 * - only Latin letters and punctuation, 20 to 400 characters, no link, mention or command (also not
 *   in a name), and at most two line breaks.
 *
 * Correct figures in another notation are rejected as well: the template is used instead.
 */
export function checkExplanation(text: string, facts: ShareFacts, locale: Locale): Problem | null {
  const said = plain(text);
  const breaks = said.split("\n").length - 1;
  if (said.length < minLength || said.length > maxLength || breaks > maxBreaks) return "length";
  if (/[\p{Cf}\p{Co}\p{Cn}\p{Cs}]|(?!\n)\p{Cc}/u.test(said)) return "characters";
  if (leads.test(said)) return "link";
  const words = withoutNames(said, facts);
  if (!allowed.test(words)) return "characters";
  if (!isIn(words, locale)) return "language";
  const inWords = [numberWords, romanNumbers, unitWords, ...(facts.givers === 1 ? [] : [oneGiver])];
  if (inWords.some((pattern) => pattern.test(words))) return "number word";
  return hasOnlyRightFigures(words, writeFacts(facts, locale)) ? null : "figure";
}

/** Links, mentions and commands, as chats detect them. */
const leads = /@|:\/\/|\p{L}[.:]\p{L}|(?<![\p{L}\p{N}])\/|[#\\]|\p{N}\.\p{L}|www/iu;

const allowed = /^[A-Za-zÀ-ÖØ-öø-ÿ0-9 \n.,;:'’"“”«»()¡!¿?–—…%$/-]*$/u;

/** Replaces the charity's and the city's names by a neutral word. */
function withoutNames(text: string, { charity, city }: ShareFacts): string {
  const names = [charity, city].map((name) => plain(name).trim()).filter(isName);
  return names
    .sort((a, b) => b.length - a.length)
    .reduce((rest, name) => rest.replaceAll(standing(name), "Aaa"), text);
}

/** Whether a name contains a word; a name that is only a figure is not removed. */
function isName(name: string): boolean {
  return /\p{L}{2}/u.test(name) && !/[$%€£]/u.test(name) && !unitWords.test(name);
}

/** Matches a name as a whole word that is not part of a figure. */
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

/** Detects the language by its function words: more of this language than of the other. */
function isIn(text: string, locale: Locale): boolean {
  const other: Locale = locale === "en" ? "es" : "en";
  return [...text.matchAll(small[locale])].length > [...text.matchAll(small[other])].length;
}
