import type { ValidatorJson } from "./validators.ts";
import { encodeKey, type Index } from "./keys.ts";
import { type Document, fieldAt } from "./ids.ts";

// What schema.ts exports, as plain data, with the tables every deployment has.

export type TableDefinition = {
  /** Fields per index, without the creation time and the id that end every key. */
  indexes: Record<string, readonly string[]>;
  searchIndexes: Record<string, { field: string; filters: readonly string[] }>;
  vectorIndexes: Record<string, { field: string; dimensions: number }>;
  /** Null where documents are not checked. */
  validator: ValidatorJson | null;
};
export type Schema = Record<string, TableDefinition>;

type Exported = {
  schemaValidation?: boolean;
  tables: Record<string, { export(): ExportedTable }>;
};
type ExportedTable = {
  indexes: { indexDescriptor: string; fields: string[] }[];
  searchIndexes: { indexDescriptor: string; searchField: string; filterFields: string[] }[];
  vectorIndexes: { indexDescriptor: string; vectorField: string; dimensions: number }[];
  documentType: ValidatorJson;
};

export const scheduledFunctions = "_scheduled_functions";
export const storage = "_storage";

const nothingElse = { searchIndexes: {}, vectorIndexes: {}, validator: null };
/** With the indexes that the host's own work needs. */
const systemTables: Schema = {
  [scheduledFunctions]: {
    indexes: {
      by_state_and_time: ["state.kind", "scheduledTime"],
      by_completed_time: ["completedTime"],
    },
    ...nothingElse,
  },
  [storage]: { indexes: {}, ...nothingElse },
};

/** Throws where Convex would refuse the deployment for a name. */
export function readSchema(exported: unknown): Schema {
  const { tables = {}, schemaValidation = true } = (exported ?? {}) as Partial<Exported>;
  const schema = { ...systemTables };
  for (const [name, definition] of Object.entries(tables)) {
    const table = definition.export();
    checkName("Table", name);
    for (const { indexDescriptor } of table.indexes) checkName("Index", indexDescriptor);
    schema[name] = {
      indexes: Object.fromEntries(table.indexes.map((one) => [one.indexDescriptor, one.fields])),
      searchIndexes: Object.fromEntries(
        table.searchIndexes.map((one) => [
          one.indexDescriptor,
          { field: one.searchField, filters: one.filterFields },
        ]),
      ),
      vectorIndexes: Object.fromEntries(
        table.vectorIndexes.map((one) => [
          one.indexDescriptor,
          { field: one.vectorField, dimensions: one.dimensions },
        ]),
      ),
      validator: schemaValidation ? table.documentType : null,
    };
  }
  return schema;
}

const maxNameLength = 64;

export function checkName(what: "Table" | "Index", name: string): void {
  if (/^[a-zA-Z][a-zA-Z0-9_]*$/.test(name) && name.length <= maxNameLength) return;
  throw new Error(
    `${what} names must be valid identifiers of at most ${maxNameLength} characters, got "${name}"`,
  );
}
export type SearchIndex = {
  number: number;
  name: string;
  field: string;
  filters: readonly string[];
};

export const keyOf = (index: Index, document: Document): Buffer =>
  encodeKey(index.fields.map((path) => fieldAt(document, path)));

const word = /[\p{L}\p{N}]+/gu;
/** Longer words are not indexed. */
const maxWordLength = 32;

/** The words of a text, lower-case and in order. */
export const wordsOf = (text: string): string[] =>
  (text.toLowerCase().match(word) ?? []).filter((found) => found.length <= maxWordLength);

/** How often each word is in the indexed field. */
export function countWords(index: SearchIndex, document: Document): Map<string, number> {
  const text = fieldAt(document, index.field);
  const counts = new Map<string, number>();
  if (typeof text !== "string") return counts;
  for (const found of wordsOf(text)) counts.set(found, (counts.get(found) ?? 0) + 1);
  return counts;
}
