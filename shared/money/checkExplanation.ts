import type { Locale } from "../texts/index.ts";
import { escaped, hasOnlyRightFigures } from "./figures.ts";
import { numberWords, oneGiver, romanNumbers, unitWords } from "./figureWords.ts";
import { hasOnlyKnownWords, hasWrongRoles, placeholders } from "./explanationWords.ts";
import { plain, type ShareFacts, type WrittenFacts, writeFacts } from "./shareFacts.ts";

/** The reason for which a text is rejected. */
export type Problem =
  "length" | "characters" | "link" | "language" | "number word" | "figure" | "word" | "role";

const minLength = 20;
const maxLength = 400;
const maxBreaks = 2;

/**
 * Validates an explanation in one language; returns the first problem, or null. A text is made of the
 * facts and nothing else:
 *
 * - beside the names of the charity and its city, only the words of `explanationWords.ts`: whatever
 *   else a text claims, also as a negation or a comparison, is rejected; and nobody gives or gets
 *   who does not;
 * - a figure must be quoted as `writeFacts` writes it, with its unit: money is the amount or the
 *   gap, unless the words around it indicate the other; a percentage is the share of the city; the
 *   urgency follows that word, plain or as "of 100"; people are the givers; a date is the week's;
 * - number words, fractions, ranks, Roman numerals and digits of other scripts are rejected, even
 *   if correct; "one" and "una" are allowed, except as one giver of several;
 * - the names of the charity and its city are not checked for figures;
 * - only Latin letters and punctuation, 20 to 400 characters, no link, mention or command (also not
 *   in a name), and at most two line breaks.
 *
 * Correct figures in another notation, and correct statements in other words, are rejected as well:
 * the template is used instead.
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
  const written = writeFacts(facts, locale);
  if (!hasOnlyRightFigures(words, written)) return "figure";
  const rest = withoutFigures(words, written);
  if (!hasOnlyKnownWords(rest, locale)) return "word";
  return hasWrongRoles(rest) ? "role" : null;
}

/** Writes 0 for each figure: its month or currency is not one of the words. */
function withoutFigures(text: string, written: WrittenFacts): string {
  const { week, gap, amount } = written;
  return [week, gap, amount]
    .reduce((rest, figure) => rest.replaceAll(new RegExp(escaped(figure), "giu"), "0"), text)
    .replaceAll(/\s+/g, " ");
}

/** Links, mentions and commands, as chats detect them. */
const leads = /@|:\/\/|\p{L}[.:]\p{L}|(?<![\p{L}\p{N}])\/|[#\\]|\p{N}\.\p{L}|www/iu;

const allowed = /^[A-Za-zÀ-ÖØ-öø-ÿ0-9 \n.,;:'’"“”«»()¡!¿?–—…%$/-]*$/u;

/** Replaces the charity's and the city's names by placeholders. */
function withoutNames(text: string, facts: ShareFacts): string {
  const names = (["charity", "city"] as const).map((what) => ({
    name: plain(facts[what]).trim(),
    placeholder: placeholders[what],
  }));
  return names
    .filter(({ name }) => isName(name))
    .sort((a, b) => b.name.length - a.name.length)
    .reduce((rest, { name, placeholder }) => rest.replaceAll(standing(name), placeholder), text);
}

/**
 * Whether a name contains a word; a name that is only a figure is not removed, and neither is one
 * without a capital letter, which could change a sentence ("not", "thousands of").
 */
function isName(name: string): boolean {
  const isWord = /\p{L}{2}/u.test(name) && /[\p{Lu}\p{Lt}\p{Lo}]/u.test(name);
  return isWord && !/[$%€£]/u.test(name) && !unitWords.test(name);
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
