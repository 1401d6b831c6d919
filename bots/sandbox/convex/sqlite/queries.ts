import { compareValues, type JSONValue } from "convex/values";
import type { Catalog, Table } from "./catalog.ts";
import type { Database } from "./database.ts";
import type { Documents } from "./documents.ts";
import { search, type SearchStep } from "./search.ts";
import { onlyKey, tableNames, type Transaction } from "./transactions.ts";
import { afterAll, encodeKey, justAfter, type Range, rangeOf, type RangeStep } from "./keys.ts";
import { type Document, fieldAt, fromJson, type KeyPart, parseDocument } from "./ids.ts";
import type { Stream } from "./runtime.ts";

/** A query as `convex/server` writes it. */
export type Query = { source: QuerySource; operators: QueryOperator[] };
type QueryOperator = { filter: Expression } | { limit: number };
type Order = "asc" | "desc" | null;
type QuerySource =
  | { type: "FullTableScan"; tableName: string; order: Order }
  | { type: "IndexRange"; indexName: string; range: RangeStep[]; order: Order }
  | { type: "Search"; indexName: string; filters: SearchStep[] };

/** A document on its way out of a query; keys rise, or fall where the order is "desc". */
type SourceRow = { key: Uint8Array; json: string; size: number };

/** Opens the documents of a query in order, and records the ranges read in its transaction. */
type Source = {
  next(): SourceRow | undefined;
  /** Of keys: whether `a` comes after `b` here. */
  isAfter(a: Uint8Array, b: Uint8Array): boolean;
};

/** Where to begin and to stop, as keys that were given out before. */
type Part = { after?: Uint8Array | undefined; upTo?: Uint8Array | undefined };

export type Sources = { database: Database; catalog: Catalog; documents: Documents };

/** Rows fetched at a time: few at first, since many queries want one. */
const firstBatch = 16;
const maxBatchSize = 512;

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
    size = Math.min(size * 4, maxBatchSize);
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

/** Documents are read lazily, so a mutation sees its own writes. */
export function openStream(sources: Sources, transaction: Transaction, query: Query): Stream {
  transaction.usage.readRange();
  const source = openSource(sources, transaction, query.source);
  const steps = query.operators.map((operator) => ({ operator, taken: 0 }));

  return () => {
    for (;;) {
      if (steps.some(({ operator, taken }) => "limit" in operator && taken >= operator.limit)) {
        return null;
      }
      const row = source.next();
      if (row === undefined) return null;
      transaction.usage.readDocument(row.size);
      if (accepts(steps, row.json)) return row.json;
    }
  };
}

type Step = { operator: QueryOperator; taken: number };

/** Whether a document gets through all steps; each limit counts those that reach it. */
function accepts(steps: Step[], json: string): boolean {
  let document: Document | undefined;
  for (const step of steps) {
    if ("limit" in step.operator) {
      step.taken += 1;
      continue;
    }
    document ??= parseDocument(json);
    if (!passes(step.operator.filter, document)) return false;
  }
  return true;
}

/** What `q.eq(q.field("a"), 1)` and its like are written as: one operator and its operands. */
export type Expression = { [operator: string]: JSONValue };

/** Whether the document passes the filter. */
export const passes = (filter: Expression, document: Document): boolean =>
  isTrue(evaluate(filter, document));

/** As JavaScript sees it, since filters are written in it. */
const isTrue = (value: KeyPart): boolean => Boolean(value);

function evaluate(expression: Expression, document: Document): KeyPart {
  const [operator = "", operand = null] = Object.entries(expression)[0] ?? [];
  const one = (inner: JSONValue | undefined): KeyPart => evaluate(inner as Expression, document);
  const both = (): [KeyPart, KeyPart] => {
    const [left, right] = operand as JSONValue[];
    return [one(left), one(right)];
  };
  const order = (): number => compareValues(...both());

  switch (operator) {
    case "$field":
      return fieldAt(document, operand as string);
    case "$literal":
      return fromJson(operand);
    case "$eq":
      return order() === 0;
    case "$neq":
      return order() !== 0;
    case "$lt":
      return order() < 0;
    case "$lte":
      return order() <= 0;
    case "$gt":
      return order() > 0;
    case "$gte":
      return order() >= 0;
    case "$and":
      return (operand as JSONValue[]).every((inner) => isTrue(one(inner)));
    case "$or":
      return (operand as JSONValue[]).some((inner) => isTrue(one(inner)));
    case "$not":
      return !isTrue(one(operand));
    case "$neg":
      return arithmetic("$mul", one(operand), -1);
    default:
      return arithmetic(operator, ...both());
  }
}

const onNumbers: Record<string, (a: number, b: number) => number> = {
  $add: (a, b) => a + b,
  $sub: (a, b) => a - b,
  $mul: (a, b) => a * b,
  $div: (a, b) => a / b,
  $mod: (a, b) => a % b,
};
const onBigints: Record<string, (a: bigint, b: bigint) => bigint> = {
  $add: (a, b) => a + b,
  $sub: (a, b) => a - b,
  $mul: (a, b) => a * b,
  $div: (a, b) => a / b,
  $mod: (a, b) => a % b,
};

function arithmetic(operator: string, left: KeyPart, right: KeyPart): KeyPart {
  const numbers = onNumbers[operator];
  if (numbers === undefined) throw new Error(`Filters have no operator "${operator}" here`);
  if (typeof left === "number" && typeof right === "number") return numbers(left, right);
  const bigints = onBigints[operator];
  if (typeof left === "bigint" && typeof right === "bigint" && bigints !== undefined) {
    return BigInt.asIntN(64, bigints(left, right));
  }
  if (typeof left === "bigint" && right === -1) return BigInt.asIntN(64, -left);
  throw new Error(`"${operator}" in a filter takes two numbers of one kind`);
}
