import { registerHooks } from "node:module";

// Loaded with `--import` before the host. convex-test scans every document of every table at each
// read, which is slow in a sandbox with a thousand users. Here it gets only candidates: the
// documents of the table and, where an index is queried for a value, those that ever had it.
// convex-test still filters them, so extra candidates cost time and change nothing.

type Document = Record<string, unknown>;
type Condition = { type: string; fieldPath: string; value: unknown };
type Query = { source: { type: string; indexName?: string; range?: Condition[] } };

/** The parts of convex-test's database that are used or replaced here. */
type Database = {
  _documents: Record<string, Document>;
  _writes: Record<string, Document | null>[];
  get(table: string, id: string): Document | null;
  _addWrite: (this: Database, id: string, value: Document | null) => void;
  _iterateDocs: (this: Database, table: string, callback: (document: Document) => void) => void;
  _resolveQuerySource: (this: Database, query: Query) => unknown;
};

type Kept = {
  /** By table, and by table and field and value. */
  ids: Map<string, Set<string>>;
  /** The fields that an index was asked for, by table. */
  fields: Map<string, Set<string>>;
  /** For the read that is being made. */
  narrowed: Set<string> | undefined;
};

// convex-test does not export its database; a line is added that does.
registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    if (!url.endsWith("/convex-test/dist/index.js")) return loaded;
    const source =
      typeof loaded.source === "string" ? loaded.source : new TextDecoder().decode(loaded.source);
    return { ...loaded, source: `${source}\nexport { DatabaseFake };\n` };
  },
});
const { DatabaseFake } = (await import("convex-test")) as unknown as {
  DatabaseFake: { prototype: Database };
};

const database = DatabaseFake.prototype;
const plain = { add: database._addWrite, resolve: database._resolveQuerySource };
const everything = new WeakMap<Database, Kept>();

database._addWrite = function (id, value) {
  plain.add.call(this, id, value);
  if (value !== null) note(keptOf(this), id, value);
};

database._resolveQuerySource = function (query) {
  const kept = keptOf(this);
  kept.narrowed = smallest(this, kept, query);
  try {
    return plain.resolve.call(this, query);
  } finally {
    kept.narrowed = undefined;
  }
};

database._iterateDocs = function (table, callback) {
  const kept = keptOf(this);
  const ids = kept.narrowed ?? kept.ids.get(table) ?? [];
  for (const id of ids) {
    const document = this.get(table, id);
    if (document !== null) callback(document);
  }
};

function keptOf(one: Database): Kept {
  const known = everything.get(one);
  if (known) return known;
  const kept: Kept = { ids: new Map(), fields: new Map(), narrowed: undefined };
  everything.set(one, kept);
  return kept;
}

function note({ ids, fields }: Kept, id: string, document: Document): void {
  const table = id.replace(/^\d+/, "");
  put(ids, table, id);
  for (const path of fields.get(table) ?? []) put(ids, keyOf(table, path, document), id);
}

function put(ids: Kept["ids"], key: string, id: string): void {
  const known = ids.get(key);
  // What was written last comes last: mostly the order in which it is then sorted.
  known?.delete(id);
  if (known) known.add(id);
  else ids.set(key, new Set([id]));
}

/** The fewest documents among which all must be that an index is asked for. */
function smallest(one: Database, kept: Kept, { source }: Query): Set<string> | undefined {
  if (source.type !== "IndexRange") return undefined;
  const [table = ""] = (source.indexName ?? "").split(".");
  let fewest: Set<string> | undefined;
  for (const { type, fieldPath, value } of source.range ?? []) {
    const wanted = valueKey(value);
    if (type !== "Eq" || wanted === undefined) continue;
    know(one, kept, table, fieldPath);
    const found = kept.ids.get(`${table} ${fieldPath} ${wanted}`) ?? new Set();
    if (!fewest || found.size < fewest.size) fewest = found;
  }
  return fewest;
}

/**
 * From now on the values of a field are kept, and those of the documents that are there already.
 */
function know(one: Database, { ids, fields }: Kept, table: string, path: string): void {
  const known = fields.get(table) ?? new Set();
  if (known.has(path)) return;
  fields.set(table, known.add(path));
  for (const id of ids.get(table) ?? []) {
    // As it was before this transaction, and as each of its steps has made it.
    for (const layer of [one._documents, ...one._writes]) {
      const document = layer[id];
      if (document) put(ids, keyOf(table, path, document), id);
    }
  }
}

function keyOf(table: string, path: string, document: Document): string {
  let value: unknown = document;
  for (const part of path.split("."))
    value = typeof value === "object" && value !== null ? (value as Document)[part] : undefined;
  return `${table} ${path} ${valueKey(value) ?? "else"}`;
}

/** Undefined where the value is not a simple one: then nothing is narrowed. */
function valueKey(value: unknown): string | undefined {
  if (value === undefined || value === null) return String(value);
  if (typeof value === "string") return `text ${value}`;
  if (typeof value === "number" || typeof value === "boolean") return `${typeof value} ${value}`;
  return typeof value === "object" && "$undefined" in value ? "undefined" : undefined;
}
