import { passes } from "./filters.ts";
import { openSource, type Query, type QueryOperator, type Sources } from "./sources.ts";
import type { Transaction } from "./transaction.ts";
import { parseDocument, type Document } from "./values.ts";

/** Gives out the results of a query one by one, as JSON; null when there are no more. */
export type Stream = () => string | null;

/** Documents are read as they are asked for, so a mutation sees here what it has written meanwhile. */
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
