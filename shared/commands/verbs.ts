import { plain } from "../time/when.ts";
import type { Args } from "./args.ts";

/** What a word means in a table of words without accents, however it is written. */
export function wordIn<T>(words: Readonly<Record<string, T>>, said: string): T | undefined {
  const word = plain(said);
  return Object.hasOwn(words, word) ? words[word] : undefined;
}

/** What the last two words of what was typed mean, or else the last one, and the words before it. */
export function readEnd<T>(
  typed: readonly string[],
  read: (said: string) => T | undefined,
): { rest: readonly string[]; found: T | undefined } {
  for (const length of [2, 1]) {
    const found = typed.length >= length ? read(typed.slice(-length).join(" ")) : undefined;
    if (found !== undefined) return { rest: typed.slice(0, -length), found };
  }
  return { rest: typed, found: undefined };
}

/**
 * What to do, from the option "action" or from the first word, in either language: `verbs` has every
 * spelling without accents. Without a verb it is undefined, and all words are left.
 */
export function readVerb<Action extends string>(
  { words, named }: Args,
  verbs: Readonly<Record<string, Action>>,
): { action: Action | undefined; words: readonly string[] } {
  const spoken = named["action"] ?? words[0];
  const action = wordIn(verbs, spoken ?? "");
  const isFirst = action !== undefined && named["action"] === undefined;
  return { action, words: isFirst ? words.slice(1) : words };
}
