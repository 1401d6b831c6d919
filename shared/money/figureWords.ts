// Words around figures, in both languages at once: a text that mixes them is held to both.

/** The letters that a text may have; `\p{L}` means the same here and makes slow expressions. */
export const letter = "[A-Za-zÀ-ÿ]";

/** A word of one of these forms, whole; they may have groups, and end in any letters with `*`. */
function word(...forms: string[]): string {
  const any = forms.join("|").replaceAll("*", `${letter}*`);
  return `(?<!${letter})(?:${any})(?!${letter})`;
}

/** Numbers, shares and ranks in words. "One" and "una" are articles too, and are let be. */
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

/** Numbers as the Romans wrote them. */
export const romanNumbers = /(?<!\p{L})[IVXLCDM]{2,}(?!\p{L})/u;

/** Money is written with its sign, so that there is no need for these. */
export const unitWords = new RegExp(
  word("dollars?|d[oó]lar(?:es)?|cents?|centavos?|pesos?|euros?|usd|eur|mxn"),
  "iu",
);

const givers = "givers?|donors?|donantes?|donador(?:es|as?)?";
/** Who gives, right behind their number; the source of an expression. "People" could be fed. */
export const giversBehind = `(?= ${word(givers)})`;
/** One of them, in a word that is an article otherwise. */
export const oneGiver = new RegExp(
  `${word("one|una?")} ${word(givers, "person", "persona")}`,
  "iu",
);

/** What says that the money behind or before it is what was missing. */
export const gapCue = new RegExp(
  word(
    "gaps?|missing|lack*|short|shortfall|need*|remain*|unmet|goals?",
    "falt*|brechas?|necesi*|requ[ei]*|pendiente*|resta*|qued*|cubrir|metas?",
  ),
  "giu",
);
/** What says that it is what the charity receives. */
export const amountCue = new RegExp(
  word(
    "receiv*|gets?|got|gave|given|gives?|go|goes|went|shares?|awarded|allocat*|distribut*|sent|paid|brought",
    "recib*|obtuv*|obtien*|dio|dieron|dan|entreg*|destin*|asign*|repart*|lleg*|tocan?|tocaron|otorg*",
  ),
  "giu",
);
