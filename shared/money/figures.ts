import { amountCue, gapCue, giversBehind, letter } from "./figureWords.ts";
import type { WrittenFacts } from "./shareFacts.ts";

// A figure in a text is correct where it is written exactly as in the facts and has the same
// meaning. Figures are compared as text and never parsed: every other notation is rejected.

type Kind = "scale" | "range" | "week" | "percent" | "money" | "givers" | "urgency";
type Figure = { kind: Kind; written: string; before: string; after: string };

/**
 * Whether every figure of the text is one of the facts, with its unit and in a suitable context.
 * The names of the charity and the city must have been removed from the text.
 */
export function hasOnlyRightFigures(text: string, facts: WrittenFacts): boolean {
  return sentences(text).every((sentence) => {
    const { figures, rest } = figuresOf(sentence, facts);
    // Digits and units that are not part of a figure of the facts.
    if (/[\d$%€£]/u.test(rest)) return false;
    return figures.every((figure) => isInPlace(figure, facts, sentence));
  });
}

/** Splits a text into sentences; a point within a figure does not end one. */
function sentences(text: string): string[] {
  return text.split(/(?<=[.!?…])\s+|\n+/u);
}

/** The figures of a sentence, each with the words between it and its neighbours. */
function figuresOf(sentence: string, facts: WrittenFacts): { figures: Figure[]; rest: string } {
  const pattern = patternOf(facts);
  const found = [...sentence.matchAll(pattern)];
  const figures = found.map((match, index): Figure => {
    const previous = found[index - 1];
    const [written] = match;
    const start = previous ? previous.index + previous[0].length : 0;
    const end = found[index + 1]?.index ?? sentence.length;
    const [kind] = Object.entries(match.groups ?? {}).find(([, one]) => one !== undefined) ?? [];
    return {
      kind: kind as Kind,
      written,
      before: sentence.slice(start, match.index),
      after: sentence.slice(match.index + written.length, end),
    };
  });
  return { figures, rest: sentence.replaceAll(pattern, " ") };
}

/** Matches all notations of the facts, the longer ones first: "80 of 100" before "80". */
function patternOf({ urgency, gap, amount, percent, givers, week }: WrittenFacts): RegExp {
  const u = escaped(urgency);
  const forms: Record<Kind, string[]> = {
    week: [escaped(week)],
    range: ["0 to 100", "0 a 100"],
    scale: [`${u} of 100`, `${u} out of 100`, `${u}/100`, `${u} sobre 100`, `${u} de 100`],
    percent: percent === undefined ? [] : [escaped(percent)],
    money: [escaped(gap), escaped(amount)],
    givers: givers === "0" ? [] : [`${escaped(givers)}${giversBehind}`],
    urgency: [u],
  };
  const named = Object.entries(forms)
    .filter(([, list]) => list.length > 0)
    .map(([kind, list]) => `(?<${kind}>${list.join("|")})`);
  // Not part of a longer figure, and not joined to a word.
  const alone = `(?<!${letter}|[\\d$%/–-]|\\d[.,])(?:${named.join("|")})(?!${letter}|[\\d$%/-]|[.,]\\d)`;
  return new RegExp(alone, "giu");
}

/** Escapes a text for a regular expression. */
export function escaped(text: string): string {
  return text.replaceAll(/[$.*+?^(){}|[\]\\]/g, String.raw`\$&`);
}

function isInPlace({ kind, written, before, after }: Figure, facts: WrittenFacts, whole: string) {
  switch (kind) {
    case "urgency":
      return isUrgencyBefore(before) && isNoCount(after);
    case "scale":
      return /urgen/iu.test(whole) && isNoCount(after);
    case "range":
      return /urgen/iu.test(whole);
    case "percent":
      return !isUrgencyBefore(before) && !isGapBefore(before) && !ofTheGap.test(after);
    case "money": {
      if (isUrgencyBefore(before)) return false;
      const role = roleOf(before, after);
      return role === null || written.toLowerCase() === facts[role].toLowerCase();
    }
    case "givers":
    case "week":
      return true;
  }
}

/** "urgency of ", "urgencia era de ": the word, and at most three others before the figure. */
function isUrgencyBefore(before: string): boolean {
  return /urgen\p{L}*(?: \p{L}+){0,3}[ (:]*$/iu.test(before);
}

/** Whether the text before a figure indicates a gap: "a gap of ", "lo que falta es ". */
function isGapBefore(before: string): boolean {
  return endsInGap.test(before);
}

/** Whether the next word is not a noun, which would make the figure a count. */
function isNoCount(after: string): boolean {
  return /^(?:\s*(?:[.,;:)!?…–—]|$)| (?:is|was|and|while|with|in|on|points?|es|era|y|con|en|puntos?|mientras)(?!\p{L}))/u.test(
    after,
  );
}

/** "of the gap": a percentage is a share of what the city's charities receive, not of a gap. */
const ofTheGap = new RegExp(`^ (?:of|de|del)(?: \\p{L}+){0,3} ${gapCue.source}`, "iu");

const endsInGap = new RegExp(`${gapCue.source}(?: ${letter}+){0,3} $`, "iu");

/** The meaning of money by the words next to it; null where they do not indicate any. */
function roleOf(before: string, after: string): "gap" | "amount" | null {
  const [gap, amount] = [lastOf(gapCue, before), lastOf(amountCue, before)];
  if (gap !== amount) return gap > amount ? "gap" : "amount";
  // "$400 were still missing" is a gap, "$12 of the missing money" is not.
  if (/^ (?:of|de|del|for|para|to|towards?|a|hacia)(?!\p{L})/iu.test(after)) return null;
  const near = /^(?: \p{L}+){0,4}/u.exec(after)?.[0] ?? "";
  const [gapAfter, amountAfter] = [firstOf(gapCue, near), firstOf(amountCue, near)];
  if (gapAfter === amountAfter) return null;
  return gapAfter < amountAfter ? "gap" : "amount";
}

function lastOf(cue: RegExp, text: string): number {
  return [...text.matchAll(cue)].at(-1)?.index ?? -1;
}

function firstOf(cue: RegExp, text: string): number {
  return [...text.matchAll(cue)][0]?.index ?? Infinity;
}
