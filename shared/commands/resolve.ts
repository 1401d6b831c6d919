import { plain } from "../messages/sanitize.ts";
import type { Reply } from "./command.ts";

/** A typed name and how to look for what it means. */
export type Search<T> = {
  typed: string;
  /** What could be meant by a name, the best first. */
  find: (name: string) => readonly T[] | Promise<readonly T[]>;
  /** Whether the name is exactly the candidate's. */
  isExact?: (candidate: T, name: string) => boolean;
  /** Whether the only candidate is surely meant; by default it is. */
  isSure?: (candidate: T, name: string) => boolean;
  /**
   * At most so many first words are the name and the rest is something else, such as a reason; by
   * default everything is the name.
   */
  maxNameWords?: number;
  /** Nothing was typed; by default that is looked for like any name. */
  missing?: () => Reply | Promise<Reply>;
  none: () => Reply | Promise<Reply>;
  which: (candidates: readonly T[]) => Reply | Promise<Reply>;
};

/** Whether somebody's whole name or handle was typed, with or without "@". */
export function isNameOrHandle(
  { name, handle }: { name: string; handle?: string | undefined },
  typed: string,
): boolean {
  const wanted = plain(typed.replace(/^@/, ""));
  return plain(name) === wanted || (handle !== undefined && plain(handle) === wanted);
}

/** The one thing that is meant and the words behind its name, or a reply that asks. */
export type Resolved<T> = { found: T; rest: string } | { ask: Reply };

/**
 * Finds what was typed, or asks which: an exact name before a near one, a longer name before a
 * shorter one. One candidate is it, of several the person chooses, and without any they hear what
 * there is.
 */
export async function resolve<T>(search: Search<T>): Promise<Resolved<T>> {
  const { find, isExact = () => false, isSure = () => true, maxNameWords } = search;
  const words = search.typed.trim().split(/\s+/).filter(Boolean);
  if (words.length === 0 && search.missing) return { ask: await search.missing() };
  const longest = Math.min(maxNameWords ?? words.length, words.length);
  const shortest = maxNameWords === undefined ? longest : Math.min(1, longest);
  let name = "";
  let near: readonly T[] = [];
  for (let count = longest; count >= shortest; count--) {
    name = words.slice(0, count).join(" ");
    const candidates = await find(name);
    near = candidates;
    const exact = candidates.filter((candidate) => isExact(candidate, name));
    const [found, ...others] = exact;
    if (found && others.length > 0) return { ask: await search.which(exact) };
    if (found) return { found, rest: words.slice(count).join(" ") };
  }
  const [found, ...others] = near;
  if (!found) return { ask: await search.none() };
  if (others.length > 0 || !isSure(found, name)) return { ask: await search.which(near) };
  return { found, rest: words.slice(shortest).join(" ") };
}
