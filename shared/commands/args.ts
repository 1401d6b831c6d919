import { isOptionName, type MeaningIn, meaningOf, type SynonymGroup } from "../texts/synonyms.ts";

/** What was typed after a command: free words in their order, and values of named options. */
export type Args = { words: readonly string[]; named: Readonly<Record<string, string>> };

export const noArgs: Args = { words: [], named: {} };

/**
 * Reads the text behind a command: `add Frutero Club zone=America/Mexico_City` has the words add,
 * Frutero and Club, and a zone. A name is that of an option, or a synonym of it, before "=" or ":";
 * its value runs to the next name, so that it may have spaces. Quotes around it are dropped.
 */
export function parseArgs(text: string, options: readonly { name: string }[]): Args {
  const words: string[] = [];
  const named: Record<string, string> = {};
  let current: string | null = null;
  for (const part of text.split(/\s+/).filter(Boolean)) {
    const separator = part.search(/[=:]/);
    const typed = part.slice(0, Math.max(0, separator));
    const option = options.find(({ name }) => isOptionName(name, typed));
    if (separator > 0 && option) {
      const { name } = option;
      current = name;
      named[name] = part.slice(separator + 1);
    } else if (current !== null) {
      named[current] = `${named[current]} ${part}`.trim();
    } else {
      words.push(part);
    }
  }
  for (const [name, value] of Object.entries(named)) named[name] = unquote(value);
  return { words, named };
}

function unquote(value: string): string {
  const trimmed = value.trim();
  return /^(["'“”«]).*(["'“”»])$/.test(trimmed) ? trimmed.slice(1, -1) : trimmed;
}

/** What the last two words of what was typed mean, or else the last one, and the words before it. */
export function readEnd<T>(
  typed: readonly string[],
  read: (words: string) => T | undefined,
): { rest: readonly string[]; found: T | undefined } {
  for (const length of [2, 1]) {
    const found = typed.length >= length ? read(typed.slice(-length).join(" ")) : undefined;
    if (found !== undefined) return { rest: typed.slice(0, -length), found };
  }
  return { rest: typed, found: undefined };
}

/**
 * What to do, from the option "action" or from the first word. Without a verb it is undefined, and
 * all words are left.
 */
export function readVerb<Group extends SynonymGroup>(
  { words, named }: Args,
  verbs: Group,
): { verb: MeaningIn<Group> | undefined; words: readonly string[] } {
  const verb = meaningOf(verbs, named["action"] ?? words[0] ?? "");
  const isFirst = verb !== undefined && named["action"] === undefined;
  return { verb, words: isFirst ? words.slice(1) : words };
}
