import type { JSONValue } from "convex/values";
import type { Failure } from "../engine.ts";

// What functions throw. `convex/server` turns the data of a ConvexError into text on its way out; it
// is text of encoded JSON.

const isConvexError = (error: object): error is Error & { data: unknown } =>
  Symbol.for("ConvexError") in error;

const dataOf = (error: { data: unknown }): JSONValue =>
  typeof error.data === "string" ? (JSON.parse(error.data) as JSONValue) : null;

/** For whoever asked the engine. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { message: String(error) };
  return {
    message: error.message,
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(isConvexError(error) ? { data: dataOf(error) } : {}),
  };
}

/** For the function that called another: `convex/server` makes a ConvexError of one with data. */
export function thrownToCaller(error: unknown): unknown {
  if (!(error instanceof Error) || !isConvexError(error)) return error;
  return Object.assign(new Error(error.message), { data: dataOf(error) });
}
