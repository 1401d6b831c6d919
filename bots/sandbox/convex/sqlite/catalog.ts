import type { Database } from "./database.ts";
import { decodeId, type Document, parseDocument, withoutSystemFields } from "./ids.ts";
import {
  checkName,
  countWords,
  keyOf,
  type Schema,
  type SearchIndex,
  type TableDefinition,
} from "./schema.ts";
import type { Index } from "./keys.ts";
import { mismatch, type ValidatorJson } from "./validators.ts";

// Which tables and indexes there are, by number. Numbers are kept in the database, where keys and
// ids are made of them.

export type Table = {
  number: number;
  name: string;
  byId: Index;
  byCreationTime: Index;
  /** All of them, with the two above. */
  indexes: Index[];
  searchIndexes: SearchIndex[];
  vectorIndexes: TableDefinition["vectorIndexes"];
  validator: ValidatorJson | null;
};

export type Catalog = ReturnType<typeof createCatalog>;

/** As on Convex, the tables of an app are numbered from here. */
const firstUserTable = 10_001;
const nothing: TableDefinition = {
  indexes: {},
  searchIndexes: {},
  vectorIndexes: {},
  validator: null,
};

/** Brings the database to the schema: new indexes are filled, those no longer named are dropped. */
export function createCatalog(database: Database, schema: Schema) {
  const byName = new Map<string, Table>();
  const byNumber = new Map<number, Table>();
  /** Whether the transaction in progress has added a table, which it may yet take back. */
  let isChanged = false;

  function numbered(name: string): number {
    const known = database.get<{ number: number }>(
      "SELECT number FROM tables WHERE name = ?",
      name,
    );
    if (known !== undefined) return known.number;
    const [least, system] = name.startsWith("_") ? [1, 1] : [firstUserTable, 0];
    const { number } = database.get<{ number: number }>(
      "SELECT coalesce(max(number) + 1, ?) AS number FROM tables WHERE (name LIKE '\\_%' ESCAPE '\\') = ?",
      least,
      system,
    ) ?? { number: least };
    database.run("INSERT INTO tables VALUES (?, ?, 0, 'null')", number, name);
    return number;
  }

  /** The number of an index, and whether it has yet to be filled. */
  function indexed(table: number, name: string, definition: object): [number, boolean] {
    const wanted = JSON.stringify(definition);
    const known = database.get<{ number: number; definition: string }>(
      "SELECT number, definition FROM indexes WHERE tableNumber = ? AND name = ?",
      table,
      name,
    );
    if (known?.definition === wanted) return [known.number, false];
    if (known !== undefined) drop(known.number);
    const added = database.run(
      "INSERT INTO indexes (tableNumber, name, definition) VALUES (?, ?, ?)",
      table,
      name,
      wanted,
    );
    return [Number(added.lastInsertRowid), true];
  }

  function drop(index: number): void {
    database.run("DELETE FROM entries WHERE indexNumber = ?", index);
    database.run("DELETE FROM words WHERE indexNumber = ?", index);
    database.run("DELETE FROM indexes WHERE number = ?", index);
  }

  /** Registers the table. Returns a function that fills its new indexes. */
  function load(name: string): { table: Table; fillNew: () => void } {
    const definition = schema[name] ?? nothing;
    const number = numbered(name);
    const toFill: Index[] = [];
    const searchToFill: SearchIndex[] = [];

    const index = (indexName: string, fields: readonly string[]): Index => {
      const [indexNumber, isNew] = indexed(number, indexName, fields);
      const one = { number: indexNumber, name: indexName, fields };
      if (isNew) toFill.push(one);
      return one;
    };
    const byId = index("by_id", ["_id"]);
    const byCreationTime = index("by_creation_time", ["_creationTime", "_id"]);
    const indexes = Object.entries(definition.indexes).map(([indexName, fields]) =>
      index(indexName, [...fields, "_creationTime", "_id"]),
    );
    const searchIndexes = Object.entries(definition.searchIndexes).map(
      ([indexName, { field, filters }]) => {
        const [indexNumber, isNew] = indexed(number, indexName, { field });
        const one = { number: indexNumber, name: indexName, field, filters };
        if (isNew) searchToFill.push(one);
        return one;
      },
    );
    const { vectorIndexes, validator } = definition;
    const table: Table = {
      number,
      name,
      byId,
      byCreationTime,
      indexes: [byId, byCreationTime, ...indexes],
      searchIndexes,
      vectorIndexes,
      validator,
    };
    byName.set(name, table);
    byNumber.set(number, table);
    dropOthers(table);
    return {
      table,
      fillNew: () =>
        fill(database, table, { indexes: toFill, searchIndexes: searchToFill }, schemaMismatch),
    };
  }

  function dropOthers({ number, indexes, searchIndexes }: Table): void {
    const wanted = new Set([...indexes, ...searchIndexes].map((index) => index.number));
    const stored = database.all<{ number: number }>(
      "SELECT number FROM indexes WHERE tableNumber = ?",
      number,
    );
    for (const one of stored) if (!wanted.has(one.number)) drop(one.number);
  }

  const tableOf = (id: string): string | null =>
    byNumber.get(decodeId(id)?.tableNumber ?? 0)?.name ?? null;

  const schemaMismatch = ({ validator }: Table, document: Document): string | null =>
    validator === null ? null : mismatch(validator, withoutSystemFields(document), tableOf);

  function reload(): void {
    byName.clear();
    byNumber.clear();
    const stored = database.all<{ name: string }>("SELECT name FROM tables");
    const names = new Set([...Object.keys(schema), ...stored.map(({ name }) => name)]);
    // Documents are checked, ids among them, when every table is known.
    const loaded = [...names].map(load);
    for (const { fillNew } of loaded) fillNew();
  }

  function move({ name, number: from }: Table, to: number): void {
    const kept = database.get<{ documents: number }>(
      "SELECT documents FROM tables WHERE number = ?",
      from,
    );
    if (kept?.documents !== 0 || name.startsWith("_")) {
      throw new Error(
        `Ids name the table "${name}" by number ${from}, and it has documents already`,
      );
    }
    database.run("UPDATE tables SET number = ? WHERE number = ?", to, from);
    database.run("UPDATE indexes SET tableNumber = ? WHERE tableNumber = ?", to, from);
  }

  database.begin();
  try {
    reload();
    database.commit();
  } catch (error) {
    database.rollback();
    throw error;
  }

  return {
    find: (name: string): Table | undefined => byName.get(name),
    /** The table an id belongs to. */
    findById: (id: string): Table | undefined => byNumber.get(decodeId(id)?.tableNumber ?? 0),
    tableOf,
    /** What the schema does not allow about the document; null where it does. */
    schemaMismatch,
    /** The table of that name, which the first document makes. */
    findOrAdd(name: string): Table {
      const known = byName.get(name);
      if (known !== undefined) return known;
      checkName("Table", name);
      isChanged = true;
      return load(name).table;
    },
    /**
     * Gives an empty table the number that ids from elsewhere have; whose it is must be empty too.
     */
    renumber(table: Table, number: number): void {
      const other = byNumber.get(number);
      if (other === table) return;
      isChanged = true;
      if (other !== undefined) {
        const free = Math.max(firstUserTable, ...byNumber.keys()) + 1;
        move(other, free);
      }
      move(table, number);
      reload();
    },
    /** To be told when a transaction, or a part of it, has been undone. */
    undone(): void {
      if (isChanged) reload();
    },
    /** To be told when the whole transaction has ended, one way or the other. */
    ended(): void {
      isChanged = false;
    },
    all: (): Table[] => [...byName.values()],
  };
}

const batch = 500;

/**
 * Gives new indexes the documents that are there, and holds these against the table's validator
 * where
 * that is another than the last time; throws at the first that does not fit.
 */
function fill(
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
