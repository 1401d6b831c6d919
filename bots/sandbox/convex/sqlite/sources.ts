import type { Catalog, Table } from "./catalog.ts";
import type { Database } from "./database.ts";
import type { Documents } from "./documents.ts";
import { afterAll, encodeKey, justAfter } from "./keys.ts";
import { rangeOf, type RangeStep } from "./ranges.ts";
import { search, type SearchStep } from "./search.ts";
import { onlyKey, tableNames, type Range, type Transaction } from "./transaction.ts";
import type { Expression } from "./filters.ts";

/** A query as `convex/server` writes it. */
export type Query = { source: QuerySource; operators: QueryOperator[] };
export type QueryOperator = { filter: Expression } | { limit: number };
type Order = "asc" | "desc" | null;
export type QuerySource =
  | { type: "FullTableScan"; tableName: string; order: Order }
  | { type: "IndexRange"; indexName: string; range: RangeStep[]; order: Order }
  | { type: "Search"; indexName: string; filters: SearchStep[] };

/** A document on its way out of a query; keys rise, or fall where the order is "desc". */
export type SourceRow = { key: Uint8Array; json: string; size: number };

/** Gives a query's documents in order, and notes in its transaction what was looked at. */
export type Source = {
  next(): SourceRow | undefined;
  /** Of keys: whether `a` comes after `b` here. */
  isAfter(a: Uint8Array, b: Uint8Array): boolean;
};

/** Where to begin and to stop, as keys that were given out before. */
export type Part = { after?: Uint8Array | undefined; upTo?: Uint8Array | undefined };

export type Sources = { database: Database; catalog: Catalog; documents: Documents };

/** Rows fetched at a time: few at first, since many queries want one. */
const firstBatch = 16;
const largestBatch = 512;

export function openSource(
  sources: Sources,
  transaction: Transaction,
  source: QuerySource,
  part: Part = {},
): Source {
  const [tableName = "", indexName = ""] =
    source.type === "FullTableScan"
      ? [source.tableName, "by_creation_time"]
      : source.indexName.split(".");
  const table = sources.catalog.find(tableName);
  if (table === undefined) {
    // It may come to be.
    transaction.reads.push(onlyKey(tableNames, encodeKey([tableName])));
    if (
      source.type === "FullTableScan" ||
      indexName.startsWith("by_creation") ||
      indexName === "by_id"
    ) {
      return { next: () => undefined, isAfter: rises };
    }
    throw new Error(undeclared(tableName, indexName));
  }
  if (source.type === "Search") {
    return openSearch(sources, transaction, table, indexName, source.filters, part);
  }
  const index = table.indexes.find(({ name }) => name === indexName);
  if (index === undefined) throw new Error(undeclared(tableName, indexName));
  const steps = source.type === "IndexRange" ? source.range : [];
  const range = rangeOf(index, `${tableName}.${indexName}`, steps);
  return openRange(sources.database, transaction, range, source.order === "desc", part);
}

const undeclared = (table: string, index: string): string =>
  `Cannot use index "${index}" for table "${table}" because it is not declared in the schema.`;

const rises = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) > 0;
const falls = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) < 0;
const larger = (a: Uint8Array, b: Uint8Array): Uint8Array => (rises(a, b) ? a : b);
const smaller = (a: Uint8Array, b: Uint8Array): Uint8Array => (rises(a, b) ? b : a);

function openRange(
  database: Database,
  transaction: Transaction,
  whole: Range,
  isDescending: boolean,
  { after, upTo }: Part,
): Source {
  let { from, to } = whole;
  if (isDescending) {
    if (after !== undefined) to = smaller(to, after);
    if (upTo !== undefined) from = larger(from, upTo);
  } else {
    if (after !== undefined) from = larger(from, justAfter(after));
    if (upTo !== undefined) to = smaller(to, justAfter(upTo));
  }
  // Grows with what has been given out: what was not looked at may change unnoticed.
  const read: Range = isDescending
    ? { index: whole.index, from: to, to }
    : { index: whole.index, from, to: from };
  transaction.reads.push(read);

  let batch: SourceRow[] = [];
  let at = 0;
  let size = firstBatch;
  let isLast = false;

  function fetch(): void {
    batch = database.all<SourceRow>(
      `SELECT e.key, d.json, d.size FROM entries e JOIN documents d USING (doc)
        WHERE e.indexNumber = ? AND e.key >= ? AND e.key < ?
        ORDER BY e.key ${isDescending ? "DESC" : "ASC"} LIMIT ?`,
      whole.index,
      from,
      to,
      size,
    );
    at = 0;
    isLast = batch.length < size;
    size = Math.min(size * 4, largestBatch);
    const last = batch.at(-1);
    if (last === undefined) return;
    if (isDescending) to = last.key;
    else from = justAfter(last.key);
  }

  return {
    isAfter: isDescending ? falls : rises,
    next() {
      if (at === batch.length && !isLast) fetch();
      const row = batch[at];
      at += 1;
      if (isDescending) read.from = row === undefined ? from : row.key;
      else read.to = row === undefined ? to : justAfter(row.key);
      return row;
    },
  };
}

function openSearch(
  { database, documents }: Sources,
  transaction: Transaction,
  table: Table,
  indexName: string,
  steps: readonly SearchStep[],
  { after, upTo }: Part,
): Source {
  const index = table.searchIndexes.find(({ name }) => name === indexName);
  if (index === undefined) throw new Error(undeclared(table.name, indexName));
  const start = encodeKey([]);
  transaction.reads.push({ index: index.number, from: start, to: afterAll(start) });
  const results = search(database, table, index, steps, documents.count(table));
  return {
    isAfter: rises,
    next() {
      for (;;) {
        const result = results.next();
        if (result.done) return undefined;
        if (after !== undefined && !rises(result.value.key, after)) continue;
        if (upTo !== undefined && rises(result.value.key, upTo)) return undefined;
        return result.value;
      }
    },
  };
}
