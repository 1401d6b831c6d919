import type { Table } from "./catalog.ts";
import type { Database } from "./database.ts";
import { countWords, keyOf, type Index, type SearchIndex } from "./indexing.ts";
import { parseDocument, type Document } from "./values.ts";

const batch = 500;

/**
 * Gives new indexes the documents that are there, and holds these against the table's validator where
 * that is another than the last time; throws at the first that does not fit.
 */
export function fill(
  database: Database,
  table: Table,
  { indexes, searchIndexes }: { indexes: readonly Index[]; searchIndexes: readonly SearchIndex[] },
  mismatchOf: (table: Table, document: Document) => string | null,
): void {
  const validator = JSON.stringify(table.validator);
  const stored = database.get<{ validator: string; documents: number }>(
    "SELECT validator, documents FROM tables WHERE number = ?",
    table.number,
  );
  const isUnchecked = stored?.validator !== validator && table.validator !== null;
  if (stored?.validator !== validator) {
    database.run("UPDATE tables SET validator = ? WHERE number = ?", validator, table.number);
  }
  if (!stored?.documents || (!isUnchecked && indexes.length + searchIndexes.length === 0)) return;

  for (const { doc, document } of everyDocument(database, table)) {
    const wrong = isUnchecked ? mismatchOf(table, document) : null;
    if (wrong !== null) {
      throw new Error(
        `Schema validation failed. Document with ID "${document._id}" in table "${table.name}" does ` +
          `not match the schema: ${wrong}`,
      );
    }
    for (const index of indexes) {
      const key = keyOf(index, document);
      database.run("INSERT INTO entries VALUES (?, ?, ?)", index.number, key, doc);
    }
    for (const index of searchIndexes) {
      for (const [word, count] of countWords(index, document)) {
        database.run("INSERT INTO words VALUES (?, ?, ?, ?)", index.number, word, doc, count);
      }
    }
  }
}

function* everyDocument(
  database: Database,
  table: Table,
): Generator<{ doc: number; document: Document }> {
  let after: Uint8Array = new Uint8Array();
  for (;;) {
    const rows = database.all<{ key: Uint8Array; doc: number; json: string }>(
      `SELECT e.key, d.doc, d.json FROM entries e JOIN documents d USING (doc)
        WHERE e.indexNumber = ? AND e.key > ? ORDER BY e.key LIMIT ${batch}`,
      table.byId.number,
      after,
    );
    for (const { key, doc, json } of rows) {
      after = key;
      yield { doc, document: parseDocument(json) };
    }
    if (rows.length < batch) return;
  }
}
