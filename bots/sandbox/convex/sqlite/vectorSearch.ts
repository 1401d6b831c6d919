import { fieldAt, parseDocument } from "./ids.ts";
import type { Commits } from "./commits.ts";
import { type Expression, openSource, passes, type Sources } from "./queries.ts";
import type { AsyncOperations } from "./operations.ts";

type VectorQuery = {
  indexName: string;
  limit?: number;
  vector: number[];
  expressions: Expression | null;
};

const defaultLimit = 10;

const maxLimit = 256;

/**
 * Vector search, by comparing with every document of the table: enough for one machine's tables.
 */
export function vectorOperations(sources: Sources, commits: Commits): AsyncOperations {
  function nearest({ indexName, limit, vector, expressions }: VectorQuery) {
    const [tableName = "", name = ""] = indexName.split(".");
    const index = sources.catalog.find(tableName)?.vectorIndexes[name];
    if (index === undefined) {
      throw new Error(
        `Cannot use vector index "${name}" for table "${tableName}" because it is not declared in the schema.`,
      );
    }
    if (vector.length !== index.dimensions) {
      throw new Error(`The vector has ${vector.length} dimensions, the index ${index.dimensions}`);
    }
    return commits.read(async (transaction) => {
      const scored: { _id: string; _score: number }[] = [];
      const all = openSource(sources, transaction, {
        type: "FullTableScan",
        tableName,
        order: null,
      });
      for (let row = all.next(); row !== undefined; row = all.next()) {
        const document = parseDocument(row.json);
        const own = fieldAt(document, index.field);
        if (!Array.isArray(own)) continue;
        if (expressions !== null && !passes(expressions, document)) continue;
        scored.push({ _id: document._id, _score: similarity(vector, own as number[]) });
      }
      scored.sort((a, b) => b._score - a._score);
      return scored.slice(0, Math.min(limit ?? defaultLimit, maxLimit));
    });
  }

  return {
    "1.0/actions/vectorSearch": async (_frame, { query }) =>
      JSON.stringify({ results: await nearest(query as VectorQuery) }),
  };
}

/** The cosine of the angle between two vectors. */
function similarity(a: readonly number[], b: readonly number[]): number {
  const product = (x: readonly number[], y: readonly number[]) =>
    x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  const lengths = Math.sqrt(product(a, a) * product(b, b));
  return lengths === 0 ? 0 : product(a, b) / lengths;
}
