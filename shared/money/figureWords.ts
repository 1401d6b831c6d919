// Words around figures, in both languages at once, so that a text which mixes them is checked for
// both.

/** The letters that a text can have; `\p{L}` would match the same, but is slow. */
export const letter = "[A-Za-zÀ-ÿ]";

/**
 * The source of an expression for a whole word; forms can contain groups, and `*` for any ending.
 */
function word(...forms: string[]): string {
  const any = forms.join("|").replaceAll("*", `${letter}*`);
  return `(?<!${letter})(?:${any})(?!${letter})`;
}

/**
 * Number words, fractions and ranks. "One" and "una" are allowed, because they are articles too.
 */
const inWords = [
  "zero|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve",
  "(?:thir|four|fif|six|seven|eigh|nine)teen*|(?:twen|thir|for|fif|six|seven|eigh|nine)t(?:y|ies|ieth)",
  "hundred*|thousand*|[mb]illion*|trillion*|k|[mb]n|mdd|dozen*|couple|percent|per cent",
  "hal(?:f|ves)|quarter*|double*|triple*|twice|thrice|tenfold|twofold",
  "first|second|third*|fourth*|fifth*|sixth*|seventh*|eighth*|ninth*|tenth*",
  "cero|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince",
  "dieci*|veint*|treinta*|(?:cuare|cincue|sese|sete|oche|nove)nta*",
  "cien|cient*|(?:dos|tres|cuatro|seis|sete|ocho|nove)cient[oa]s|quinient[oa]s|mil|miles|[mb]ill[oó]n*|docena*|decena*|centena*",
  "mitad|medi[oa]|doble*|duplic*|triple*|triplic*|tercio*|cuart[oa]*|quint[oa]*|d[eé]cim[oa]*",
  "primer*|segund[oa]s?|tercer*|sext[oa]s?|s[eé]ptim[oa]s?|octav[oa]s?|noven[oa]s?|par de",
];
export const numberWords = new RegExp(word(...inWords), "iu");

/** Roman numerals of two or more letters. */
export const romanNumbers = /(?<!\p{L})[IVXLCDM]{2,}(?!\p{L})/u;

/** Names of currencies, which are rejected: money is written with its sign. */
export const unitWords = new RegExp(
  word("dollars?|d[oó]lar(?:es)?|cents?|centavos?|pesos?|euros?|usd|eur|mxn"),
  "iu",
);

const givers = "givers?|donors?|donantes?|donador(?:es|as?)?";
/**
 * The source of an expression for the word "givers" after a number. "People" is not accepted,
 * because it could mean the people whom a charity helps.
 */
export const giversBehind = `(?= ${word(givers)})`;
/** "One giver", where "one" or "una" is a number and not an article. */
export const oneGiver = new RegExp(
  `${word("one|una?")} ${word(givers, "person", "persona")}`,
  "iu",
);

/** Words which indicate that the money next to them is the funding gap. */
export const gapCue = new RegExp(
  word(
    "gaps?|missing|lack*|short|shortfall|need*|remain*|unmet|goals?",
    "falt*|brechas?|necesi*|requ[ei]*|pendiente*|resta*|qued*|cubrir|metas?",
  ),
  "giu",
);
/** Words which indicate that the money next to them is the amount that the charity receives. */
export const amountCue = new RegExp(
  word(
    "receiv*|gets?|got|gave|given|gives?|go|goes|went|shares?|awarded|allocat*|distribut*|sent|paid|brought",
    "recib*|obtuv*|obtien*|dio|dieron|dan|entreg*|destin*|asign*|repart*|lleg*|tocan?|tocaron|otorg*",
  ),
  "giu",
);
