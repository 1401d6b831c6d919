import { getDocumentSize, type Value } from "convex/values";
import { type Document, isFields } from "./ids.ts";

// What Convex allows a document to be.

const mebibyte = 2 ** 20;
const maxDocumentBytes = mebibyte;
const maxArrayLength = 8192;
const maxFields = 1024;
const maxDepth = 64;

/** The document's size; throws where it is none that Convex would keep. */
export function checkDocument(document: Document): number {
  for (const name of Object.keys(document)) {
    if (name.startsWith("_") && name !== "_id" && name !== "_creationTime") {
      throw new Error(
        `Field '${name}' starts with an underscore, which is only allowed for system fields like '_id'`,
      );
    }
  }
  checkShape(document, 1);
  const size = getDocumentSize(document);
  if (size > maxDocumentBytes) {
    const mebibytes = (size / mebibyte).toFixed(2);
    throw new Error(`Value is too large (${mebibytes} MiB > maximum size 1 MiB)`);
  }
  return size;
}

/** Half of a surrogate pair is no text: in keys, all such halves would be one and the same. */
export function checkText(text: string): void {
  if (!text.isWellFormed()) {
    throw new Error("A string is not well-formed: it contains half of a surrogate pair");
  }
}

function checkShape(value: Value, depth: number): void {
  if (depth > maxDepth) {
    throw new Error(`Value is too deeply nested (more than the maximum of ${maxDepth} levels)`);
  }
  if (typeof value === "string") checkText(value);
  if (Array.isArray(value)) {
    if (value.length > maxArrayLength) {
      const lengths = `${value.length} > maximum length ${maxArrayLength}`;
      throw new Error(`Array length is too long (${lengths})`);
    }
    for (const one of value) checkShape(one, depth + 1);
  } else if (isFields(value)) {
    const fields = Object.values(value);
    if (fields.length > maxFields) {
      const counts = `${fields.length} > maximum number ${maxFields}`;
      throw new Error(`Object has too many fields (${counts})`);
    }
    for (const one of fields) checkShape(one, depth + 1);
  }
}

// What a transaction has used of Convex's limits. A nested call counts on from its caller's use,
// and
// may be held to less; undone, what it read still counts and what it wrote does not.

const defaultLimits = {
  bytesRead: 16 * mebibyte,
  bytesWritten: 16 * mebibyte,
  databaseQueries: 4096,
  documentsRead: 32_000,
  documentsWritten: 16_000,
  functionsScheduled: 1000,
  scheduledFunctionArgsBytes: 16 * mebibyte,
};
type Usage = typeof defaultLimits;
export type UsageLimits = Partial<Usage>;

/** For what the host itself writes. */
export const noLimits: UsageLimits = {
  bytesRead: Infinity,
  bytesWritten: Infinity,
  databaseQueries: Infinity,
  documentsRead: Infinity,
  documentsWritten: Infinity,
};

const kinds = Object.keys(defaultLimits) as (keyof Usage)[];
const reading: readonly (keyof Usage)[] = ["bytesRead", "databaseQueries", "documentsRead"];

const readLess =
  "Consider using smaller limits in your queries, paginating your queries, or using indexed queries " +
  "with a selective index range expressions.";

const exceeded: Record<keyof Usage, (limit: number) => string> = {
  bytesRead: (n) =>
    `Too many bytes read in a single function execution (limit: ${n} bytes). ${readLess}`,
  bytesWritten: (n) => `Too many bytes written in a single function execution (limit: ${n} bytes)`,
  databaseQueries: (n) =>
    `Too many reads in a single function execution (limit: ${n}). ${readLess}`,
  documentsRead: (n) =>
    `Too many documents read in a single function execution (limit: ${n}). ${readLess}`,
  documentsWritten: (n) => `Too many writes in a single function execution (limit: ${n})`,
  functionsScheduled: (n) => `Too many functions scheduled by this mutation (limit: ${n})`,
  scheduledFunctionArgsBytes: (n) =>
    `Too large total size of the arguments of scheduled functions from this mutation (limit: ${n} bytes)`,
};

type Layer = { used: Usage; limits: Usage };
export type TransactionUsage = ReturnType<typeof createUsage>;

export function createUsage(limits: UsageLimits = {}) {
  let current: Layer = { used: zero(), limits: { ...defaultLimits, ...limits } };
  const callers: Layer[] = [];

  function add(kind: keyof Usage, amount: number): void {
    current.used[kind] += amount;
    const limit = current.limits[kind];
    if (current.used[kind] <= limit) return;
    throw new Error(exceeded[kind](limit));
  }

  return {
    readRange: (): void => add("databaseQueries", 1),
    readDocument(bytes: number): void {
      add("bytesRead", bytes);
      add("documentsRead", 1);
    },
    wroteDocument(bytes: number): void {
      add("bytesWritten", bytes);
      add("documentsWritten", 1);
    },
    scheduled(argsBytes: number): void {
      add("functionsScheduled", 1);
      add("scheduledFunctionArgsBytes", argsBytes);
    },
    enter(asked: UsageLimits = {}): void {
      const limits = { ...current.limits };
      for (const kind of kinds) {
        const own = asked[kind];
        if (own !== undefined) limits[kind] = Math.min(limits[kind], current.used[kind] + own);
      }
      callers.push(current);
      current = { used: { ...current.used }, limits };
    },
    leave(isUndone: boolean): void {
      const { used } = current;
      current = callers.pop() ?? current;
      for (const kind of isUndone ? reading : kinds) current.used[kind] = used[kind];
    },
    /** As `ctx.meta.getTransactionMetrics` gives it. */
    report: (): Record<string, { used: number; remaining: number }> =>
      Object.fromEntries(
        kinds.map((kind) => {
          const used = current.used[kind];
          return [kind, { used, remaining: current.limits[kind] - used }];
        }),
      ),
    used: (): Usage => ({ ...current.used }),
  };
}

const zero = (): Usage => ({
  bytesRead: 0,
  bytesWritten: 0,
  databaseQueries: 0,
  documentsRead: 0,
  documentsWritten: 0,
  functionsScheduled: 0,
  scheduledFunctionArgsBytes: 0,
});
