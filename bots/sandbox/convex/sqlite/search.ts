import { compareValues, type JSONValue } from "convex/values";
import type { Table } from "./catalog.ts";
import type { Database } from "./database.ts";
import { type SearchIndex, wordsOf } from "./schema.ts";
import { encodeKey } from "./keys.ts";
import { fieldAt, fromJson, type KeyPart, parseDocument } from "./ids.ts";

// Full-text search over a list of words per document. Every word of the query counts, the last one
// also as the beginning of a word, since it may still be being typed. Results come by relevance: a
// word counts the more the rarer it is and, less and less, the more often it occurs (BM25 without
// its
// correction for length). Equally relevant results come newest first.

export type SearchStep =
  | { type: "Search"; fieldPath: string; value: string }
  | { type: "Eq"; fieldPath: string; value: JSONValue };

type SearchResult = { key: Uint8Array; json: string; size: number };

const maxWords = 16;
const maxResults = 1024;
/** How quickly repeating a word stops mattering. */
const saturation = 1.2;

/** The results in order, each with a key that sorts as they do. */
export function* search(
  database: Database,
  table: Table,
  index: SearchIndex,
  steps: readonly SearchStep[],
  documents: number,
): Generator<SearchResult> {
  const text = steps.find((step) => step.type === "Search");
  if (text === undefined) throw new Error("A search query needs one `.search()`");
  if (text.fieldPath !== index.field) {
    throw new Error(
      `Incorrect field used in \`withSearchIndex\`, expected "${index.field}", got "${text.fieldPath}"`,
    );
  }
  const filters = steps.filter((step) => step.type === "Eq").map((step) => filterOf(index, step));

  let found = 0;
  for (const [doc, score] of ranked(database, index, wordsOf(text.value), documents)) {
    const row = database.get<{ json: string; size: number }>(
      "SELECT json, size FROM documents WHERE doc = ?",
      doc,
    );
    if (row === undefined) throw new Error(`The search index of ${table.name} is out of step`);
    const document = parseDocument(row.json);
    if (!filters.every(([path, value]) => compareValues(fieldAt(document, path), value) === 0)) {
      continue;
    }
    yield { key: encodeKey([-score, -doc]), ...row };
    found += 1;
    if (found === maxResults) return;
  }
}

function filterOf(index: SearchIndex, { fieldPath, value }: SearchStep): [string, KeyPart] {
  if (index.filters.includes(fieldPath)) return [fieldPath, fromJson(value)];
  throw new Error(
    `"${fieldPath}" is not a filter field of the search index "${index.name}" (it has: ${index.filters.join(", ")})`,
  );
}

/** Documents, named by their numbers, with their scores: the best first. */
function ranked(
  database: Database,
  index: SearchIndex,
  words: readonly string[],
  documents: number,
): [doc: number, score: number][] {
  const scores = new Map<number, number>();
  const wanted = words.slice(0, maxWords);
  for (const [i, word] of wanted.entries()) {
    const counts = i === wanted.length - 1 ? beginning(word) : exactly(word);
    const rarity = Math.log(1 + (documents - counts.size + 0.5) / (counts.size + 0.5));
    for (const [doc, count] of counts) {
      const weight = (count * (saturation + 1)) / (count + saturation);
      scores.set(doc, (scores.get(doc) ?? 0) + rarity * weight);
    }
  }
  return [...scores].sort(([a, scoreA], [b, scoreB]) => scoreB - scoreA || b - a);

  function exactly(word: string): Map<number, number> {
    const rows = database.all<{ doc: number; count: number }>(
      "SELECT doc, count FROM words WHERE indexNumber = ? AND word = ?",
      index.number,
      word,
    );
    return new Map(rows.map(({ doc, count }) => [doc, count]));
  }

  function beginning(word: string): Map<number, number> {
    const rows = database.all<{ doc: number; count: number }>(
      "SELECT doc, sum(count) AS count FROM words WHERE indexNumber = ? AND word >= ? AND word < ? GROUP BY doc",
      index.number,
      word,
      `${word}\u{10ffff}`,
    );
    return new Map(rows.map(({ doc, count }) => [doc, count]));
  }
}
