import { isOptionName, type MeaningIn, meaningOf, type SynonymGroup } from "../texts/synonyms.ts";
import { readLead } from "../time/lead.ts";

/** What was typed after a command: free words in their order, and values of named options. */
export type Args = { words: readonly string[]; named: Readonly<Record<string, string>> };

export const noArgs: Args = { words: [], named: {} };

/**
 * Reads the text behind a command: `add Frutero Club zone=America/Mexico_City` has the words add,
 * Frutero and Club, and a zone. A name is that of an option, or a synonym of it, before "=" or ":";
 * its value runs to the next name, so that it may have spaces. Quotes around it are dropped. An option
 * that is given again is a word: which of the two is meant is not known.
 */
export function parseArgs(text: string, options: readonly { name: string }[]): Args {
  const words: string[] = [];
  const named: Record<string, string> = {};
  let current: string | null = null;
  for (const part of text.split(/\s+/).filter(Boolean)) {
    const separator = part.search(/[=:]/);
    const typed = part.slice(0, Math.max(0, separator));
    const option = options.find(({ name }) => isOptionName(name, typed));
    if (separator > 0 && option && !Object.hasOwn(named, option.name)) {
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

/** A value without the quotes around it. */
export function unquote(value: string): string {
  const trimmed = value.trim();
  return /^(["'“”«]).*(["'“”»])$/.test(trimmed) ? trimmed.slice(1, -1).trim() : trimmed;
}

/**
 * The arguments for a command, and what it has not read of them when it is done: options that it took
 * no notice of, and all words where it looked at none.
 */
export function watchArgs(args: Args): { args: Args; unread: () => string[] } {
  const read = new Set<string>();
  let areWordsRead = false;
  const named = new Proxy(args.named, {
    get(target, name) {
      if (typeof name === "string") read.add(name);
      return Reflect.get(target, name) as string | undefined;
    },
  });
  return {
    args: {
      named,
      get words() {
        areWordsRead = true;
        return args.words;
      },
    },
    unread: () => [
      ...(areWordsRead || args.words.length === 0 ? [] : [args.words.join(" ")]),
      ...Object.entries(args.named)
        .filter(([name]) => !read.has(name))
        .map(([name, value]) => `${name}=${value}`),
    ],
  };
}

/** A whole number of people or seats: "20", "1,000", "1.000", "20 people"; undefined for other words. */
export function readCount(typed: string): number | undefined {
  const [, digits = ""] =
    /^(\d{1,3}(?:[., ]\d{3})+|\d{1,9})(?: ?\p{L}+)?$/u.exec(typed.trim()) ?? [];
  return digits === "" ? undefined : Number(digits.replace(/\D/g, ""));
}

/** A length of time in minutes: "7", "7 min", "1h", "1h30m"; undefined for other words. */
export function readMinutes(typed: string): number | undefined {
  const bare = /^\d{1,5}$/.test(typed.trim()) ? `${typed.trim()}m` : typed;
  return readLead(bare) ?? undefined;
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
