import { encodeKey } from "./keys.ts";
import { fieldAt, type Document } from "./values.ts";

// What indexes hold of a document.

/** `fields` is what the key is made of: what the schema names, then creation time and id. */
export type Index = { number: number; name: string; fields: readonly string[] };
export type SearchIndex = {
  number: number;
  name: string;
  field: string;
  filters: readonly string[];
};

export const keyOf = (index: Index, document: Document): Buffer =>
  encodeKey(index.fields.map((path) => fieldAt(document, path)));

const word = /[\p{L}\p{N}]+/gu;
/** Longer ones are nobody's search. */
const longestWord = 32;

/** The words of a text, lower-case and in order. */
export const wordsOf = (text: string): string[] =>
  (text.toLowerCase().match(word) ?? []).filter((found) => found.length <= longestWord);

/** How often each word is in the indexed field. */
export function countWords(index: SearchIndex, document: Document): Map<string, number> {
  const text = fieldAt(document, index.field);
  const counts = new Map<string, number>();
  if (typeof text !== "string") return counts;
  for (const found of wordsOf(text)) counts.set(found, (counts.get(found) ?? 0) + 1);
  return counts;
}
