import { jsonToConvex, type JSONValue } from "convex/values";
import type { Restored } from "../engine.ts";
import type { Catalog, Table } from "./catalog.ts";
import type { Database } from "./database.ts";
import { decodeId, type Document, parseDocument, withoutSystemFields } from "./ids.ts";
import { noLimits } from "./limits.ts";
import type { Transaction } from "./transactions.ts";
import type { Commits } from "./commits.ts";
import type { Documents, Stored } from "./documents.ts";

type Kept = { _id: string; _creationTime: number };

/** Writes documents as an export has them, in one transaction. */
export function createRestore(parts: {
  database: Database;
  catalog: Catalog;
  documents: Documents;
  commits: Commits;
}) {
  const { database, catalog, documents, commits } = parts;

  function empty(transaction: Transaction, table: Table): void {
    const all = database.all<Stored>(
      "SELECT d.doc, d.json, d.size FROM entries e JOIN documents d USING (doc) WHERE e.indexNumber = ?",
      table.byId.number,
    );
    for (const stored of all) {
      documents.remove(transaction, table, stored, parseDocument(stored.json)._id);
    }
  }

  /** The documents' own ids name their table by number. */
  function renumber({ table: name, documents: restored }: Restored): void {
    for (const document of restored) {
      const { _id } = document as { _id?: string };
      if (_id === undefined) continue;
      const number = decodeId(_id)?.tableNumber;
      if (number === undefined) throw new Error(`"${_id}" is no id of a document`);
      catalog.renumber(catalog.findOrAdd(name), number);
      return;
    }
  }

  function add(transaction: Transaction, table: string, json: JSONValue): void {
    const document = jsonToConvex(json) as Document & Partial<Kept>;
    const { _id, _creationTime } = document;
    const isKept = typeof _id === "string" && typeof _creationTime === "number";
    if (isKept && catalog.tableOf(_id) !== table) {
      throw new Error(`"${_id}" is no id of a document in table "${table}"`);
    }
    const kept = isKept ? { _id, _creationTime } : undefined;
    documents.insert(transaction, table, withoutSystemFields(document), kept);
  }

  return async (tables: readonly Restored[]): Promise<void> => {
    await commits.write(async (transaction) => {
      for (const { table: name, replace } of tables) {
        const table = catalog.find(name);
        if (replace && table !== undefined) empty(transaction, table);
      }
      for (const restored of tables) renumber(restored);
      for (const { table, documents: restored } of tables) {
        for (const document of restored) add(transaction, table, document);
      }
    }, noLimits);
  };
}
