import { plain } from "../time/when.ts";

/** What came behind a command: words in their order, and what was given by name. */
export type Args = { words: readonly string[]; named: Readonly<Record<string, string>> };

type OptionNames = { name: string; aliases?: readonly string[] };

export const noArgs: Args = { words: [], named: {} };

/**
 * Reads the text behind a command: `add Frutero Club zone=America/Mexico_City` has the words add,
 * Frutero and Club, and a zone. A name is that of an option, or one of its other names, before "="
 * or ":"; its value runs to the next name, so that it may have spaces. Quotes around it are dropped.
 */
export function parseArgs(text: string, options: readonly OptionNames[]): Args {
  const words: string[] = [];
  const named: Record<string, string> = {};
  let current: string | null = null;
  for (const part of text.split(/\s+/).filter(Boolean)) {
    const separator = part.search(/[=:]/);
    const written = plain(part.slice(0, Math.max(0, separator)));
    const option = options.find(
      ({ name, aliases }) => name === written || aliases?.includes(written),
    );
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
