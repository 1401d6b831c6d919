import { CommitTsPlaceholder, convexToJson, getDocumentSize, type Value } from "convex/values";
import type { Timestamp } from "../engine.ts";
import type { Catalog, Table } from "./catalog.ts";
import type { Clock } from "./clock.ts";
import type { Database } from "./database.ts";
import { type Document, encodeId, type Fields, isFields, parseDocument } from "./ids.ts";
import { countWords, keyOf } from "./schema.ts";
import { encodeKey } from "./keys.ts";
import { checkDocument } from "./limits.ts";
import { onlyKey, tableNames, type Transaction } from "./transactions.ts";

// Documents and the rows of their indexes, which change together.

/** A document as it is kept: its encoded JSON and its size as Convex counts it. */
export type Stored = { doc: number; json: string; size: number };

export type Documents = ReturnType<typeof createDocuments>;

const placeholderJson = '{"$commitTs":null}';
const idBytes = 16;

export function createDocuments(database: Database, catalog: Catalog, clock: Clock) {
  function find(table: Table, id: string): Stored | undefined {
    return database.get<Stored>(
      "SELECT d.doc, d.json, d.size FROM entries e JOIN documents d USING (doc) WHERE e.indexNumber = ? AND e.key = ?",
      table.byId.number,
      encodeKey([id]),
    );
  }

  /** Writes the document (null deletes it) to its table and to every index. */
  function write(
    transaction: Transaction,
    table: Table,
    id: string,
    old: Stored | undefined,
    next: { document: Document; size: number } | null,
  ): void {
    const { before, writes, unresolved } = transaction;
    if (!before.has(id)) before.set(id, old?.json ?? null);
    const oldDocument = old === undefined ? null : parseDocument(old.json);
    const json = next === null ? "" : JSON.stringify(convexToJson(next.document));
    if (json.includes(placeholderJson)) unresolved.add(id);

    const doc = writeRow(table, old, next === null ? null : { json, size: next.size });
    for (const index of table.indexes) {
      const from = oldDocument && keyOf(index, oldDocument);
      const to = next && keyOf(index, next.document);
      if (from !== null) writes.push({ index: index.number, key: from });
      if (from !== null && to !== null && from.equals(to)) continue;
      if (from !== null) {
        database.run("DELETE FROM entries WHERE indexNumber = ? AND key = ?", index.number, from);
      }
      if (to !== null) {
        writes.push({ index: index.number, key: to });
        database.run("INSERT INTO entries VALUES (?, ?, ?)", index.number, to, doc);
      }
    }
    for (const index of table.searchIndexes) {
      // Any document may change the order of the others: one key stands for the whole index.
      writes.push({ index: index.number, key: encodeKey([]) });
      const from = oldDocument && countWords(index, oldDocument);
      const to = next && countWords(index, next.document);
      for (const [word, count] of from ?? []) {
        if (to?.get(word) === count) continue;
        database.run(
          "DELETE FROM words WHERE indexNumber = ? AND word = ? AND doc = ?",
          index.number,
          word,
          doc,
        );
      }
      for (const [word, count] of to ?? []) {
        if (from?.get(word) === count) continue;
        database.run("INSERT INTO words VALUES (?, ?, ?, ?)", index.number, word, doc, count);
      }
    }
  }

  /** Returns the number that index rows know the document by. */
  function writeRow(
    table: Table,
    old: Stored | undefined,
    next: { json: string; size: number } | null,
  ): number {
    if (old !== undefined && next !== null) {
      const { json, size } = next;
      database.run("UPDATE documents SET json = ?, size = ? WHERE doc = ?", json, size, old.doc);
      return old.doc;
    }
    const step = next === null ? -1 : 1;
    database.run(
      "UPDATE tables SET documents = documents + ? WHERE number = ?",
      step,
      table.number,
    );
    if (next !== null) {
      const { json, size } = next;
      const added = database.run("INSERT INTO documents (json, size) VALUES (?, ?)", json, size);
      return Number(added.lastInsertRowid);
    }
    database.run("DELETE FROM documents WHERE doc = ?", old?.doc ?? null);
    return old?.doc ?? 0;
  }

  /** Throws where the document is not one for its table. */
  function checked(table: Table, document: Document): { document: Document; size: number } {
    const size = checkDocument(document);
    const wrong = catalog.schemaMismatch(table, document);
    if (wrong !== null) {
      throw new Error(
        `Failed to insert or update a document in table "${table.name}" because it does not match ` +
          `the schema: ${wrong}`,
      );
    }
    return { document, size };
  }

  return {
    /** The document, if it is there; that it was looked for is remembered. */
    read(transaction: Transaction, table: Table, id: string): Stored | undefined {
      const stored = find(table, id);
      transaction.reads.push(onlyKey(table.byId.number, encodeKey([id])));
      transaction.usage.readRange();
      if (stored !== undefined) transaction.usage.readDocument(stored.size);
      return stored;
    },

    /**
     * Adds a document and gives it an id; `kept` are the system fields of one that had been here.
     */
    insert(
      transaction: Transaction,
      tableName: string,
      fields: Fields,
      kept?: { _id: string; _creationTime: number },
    ): string {
      const isNew = catalog.find(tableName) === undefined;
      const table = catalog.findOrAdd(tableName);
      if (isNew) transaction.writes.push({ index: tableNames, key: encodeKey([tableName]) });
      const _id = kept?._id ?? encodeId(table.number, transaction.random.bytes(idBytes));
      const _creationTime = kept?._creationTime ?? clock.nextCreation(transaction.now);
      const next = checked(table, { ...fields, _id, _creationTime });
      write(transaction, table, _id, undefined, next);
      transaction.usage.wroteDocument(next.size);
      return _id;
    },

    put(transaction: Transaction, table: Table, old: Stored, document: Document): void {
      const next = checked(table, document);
      write(transaction, table, document._id, old, next);
      transaction.usage.wroteDocument(next.size);
    },

    remove(transaction: Transaction, table: Table, old: Stored, id: string): void {
      write(transaction, table, id, old, null);
      transaction.usage.wroteDocument(0);
    },

    /** Puts every document back that the transaction has changed; to be undone by a savepoint. */
    restoreAll(transaction: Transaction): void {
      for (const [id, json] of transaction.before) {
        const table = catalog.findById(id);
        if (table === undefined) continue;
        const document = json === null ? null : parseDocument(json);
        const next = document && { document, size: getDocumentSize(document) };
        const old = find(table, id);
        if (old !== undefined || next !== null) write(transaction, table, id, old, next);
      }
    },

    /** Writes the moment of the commit wherever a document waits for it. */
    resolve(transaction: Transaction, ts: Timestamp): void {
      for (const id of transaction.unresolved) {
        const table = catalog.findById(id);
        const old = table && find(table, id);
        if (table === undefined || !old?.json.includes(placeholderJson)) continue;
        const document = withCommit(parseDocument(old.json), ts) as Document;
        write(transaction, table, id, old, { document, size: old.size });
      }
    },

    /** Documents per table, those of the system left out. */
    counts(): Record<string, number> {
      const rows = database.all<{ name: string; documents: number }>(
        "SELECT name, documents FROM tables WHERE name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY name",
      );
      return Object.fromEntries(rows.map(({ name, documents }) => [name, documents]));
    },
    count(table: Table): number {
      const row = database.get<{ documents: number }>(
        "SELECT documents FROM tables WHERE number = ?",
        table.number,
      );
      return row?.documents ?? 0;
    },
  };
}

/** The value with the moment of the commit where the placeholder for it stands. */
export function withCommit(value: Value, ts: Timestamp): Value {
  if (value instanceof CommitTsPlaceholder) return ts;
  if (Array.isArray(value)) return value.map((one) => withCommit(one, ts));
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, withCommit(one, ts)]),
  );
}
