import type { Value } from "convex/values";

// One step of a transaction, as the functions of this directory take it: data alone.

export type Table = "things" | "strict" | "texts";

/** A value that may be missing: `undefined` is none of Convex's. */
export type Maybe = [] | [Value];

/** An id, or a document made by an earlier step of the same transaction, counted from the last. */
export type Which = string | { made: number; table: Table };

export type Bound = { op: "gt" | "gte" | "lt" | "lte"; field: string; value: Maybe };

export type Filter =
  | { op: "eq" | "neq" | "lt" | "lte" | "gt" | "gte"; field: string; value: Value }
  | { op: "and" | "or"; of: Filter[] }
  | { op: "not"; of: Filter }
  | { op: "arithmetic"; field: string; by: number };

export type Range = {
  table: Table;
  index?: string;
  eq: { field: string; value: Maybe }[];
  bounds: Bound[];
  order: "asc" | "desc";
  filter?: Filter;
};

export type ReadStep =
  | { do: "get"; id: Which }
  | { do: "normalize"; table: Table; id: Which }
  | { do: "range"; range: Range; end: "collect" | "first" | "unique" }
  | { do: "take"; range: Range; most: number }
  | { do: "page"; range: Range; cursor: string | null; size: number }
  | { do: "search"; words: string; tag?: string }
  | { do: "jobs" };

export type Step =
  | ReadStep
  | { do: "insert"; table: Table; value: Value }
  | { do: "patch"; id: Which; value: Record<string, Value>; unset: string[] }
  | { do: "replace"; id: Which; value: Value }
  | { do: "delete"; id: Which }
  | { do: "empty"; table: Table }
  | { do: "nested"; steps: Step[]; fails: boolean }
  | { do: "ask"; steps: ReadStep[] }
  | { do: "later"; inMs: number; tag: string; fails: boolean }
  | { do: "cancel"; id: Which };
