import { plain } from "../messages/sanitize.ts";
import en from "./en.json" with { type: "json" };
import es from "./es.json" with { type: "json" };

// The terms that people type for one thing, in both languages at once: a Spanish speaker's client may
// be set to English. They stand in the text files under `synonyms.<group>.<meaning>`, separated by
// commas.

type SynonymKey = Extract<keyof typeof en, `synonyms.${string}`>;
export type SynonymGroup = SynonymKey extends `synonyms.${infer Group}.${string}` ? Group : never;
/** What the terms of a group can mean. */
export type MeaningIn<Group extends SynonymGroup> =
  Extract<SynonymKey, `synonyms.${Group}.${string}`> extends `synonyms.${Group}.${infer Meaning}`
    ? Meaning
    : never;

const groups = new Map<string, Map<string, string>>();

/** What a typed term means in a group, whatever its case and accents; undefined for other terms. */
export function meaningOf<Group extends SynonymGroup>(
  group: Group,
  typed: string,
): MeaningIn<Group> | undefined {
  let meanings = groups.get(group);
  if (!meanings) {
    const prefix = `synonyms.${group}.`;
    const keys = (Object.keys(en) as (keyof typeof en)[]).filter((key) => key.startsWith(prefix));
    meanings = new Map(
      keys.flatMap((key) => termsOf(key).map((term) => [term, key.slice(prefix.length)])),
    );
    groups.set(group, meanings);
  }
  return meanings.get(plain(typed)) as MeaningIn<Group> | undefined;
}

/** Whether a typed term belongs to a group. */
export function isTermOf(group: SynonymGroup, typed: string): boolean {
  return meaningOf(group, typed) !== undefined;
}

/** "on" is true and "off" false, in either language; undefined for anything else. */
export function readSwitch(typed = ""): boolean | undefined {
  const meaning = meaningOf("switch", typed);
  return meaning && meaning === "on";
}

/** Whether a typed name is that of an option, or a synonym of it. */
export function isOptionName(name: string, typed: string): boolean {
  if (plain(typed) === name) return true;
  const key = `synonyms.option.${name}`;
  return Object.hasOwn(en, key) && termsOf(key as SynonymKey).includes(plain(typed));
}

function termsOf(key: keyof typeof en): string[] {
  return `${en[key]},${es[key]}`.split(",").map(plain).filter(Boolean);
}
