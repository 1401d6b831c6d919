import type { GenericDataModel, GenericQueryCtx } from "convex/server";
import { convexToJson, type JSONValue, type Value } from "convex/values";
import type { Failure, Metrics, Outcome } from "./engine.ts";
import type { HostCall } from "./host-call.ts";

/** Runs a call and says how it went; a function's error is an outcome, not an exception. */
export async function outcomeOf(
  call: HostCall,
  run: (metrics: { read?: Metrics }) => Promise<unknown>,
): Promise<Outcome> {
  const metrics: { read?: Metrics } = {};
  const told = () => ({
    logLines: call.logLines,
    ...(metrics.read === undefined ? {} : { metrics: metrics.read }),
  });
  try {
    const value = encoded(await run(metrics));
    return { ok: true, value, ...told() };
  } catch (error) {
    return { ok: false, failure: failureOf(error, call.nestedFailure), ...told() };
  }
}

export const encoded = (value: unknown): JSONValue =>
  value === undefined ? null : convexToJson(value as Value);

/**
 * `convex/server` rewrites what a nested call throws: the stack is lost, and so are the values of
 * `data` that are not plain JSON. The error it was made from has both.
 */
function failureOf(error: unknown, nested: unknown): Failure {
  const original =
    nested instanceof Error && error instanceof Error && nested.message === error.message
      ? nested
      : error;
  if (!(original instanceof Error)) return { message: String(original) };
  const data = Symbol.for("ConvexError") in original ? (original as { data?: unknown }).data : null;
  return {
    message: original.message,
    ...(original.stack === undefined ? {} : { stack: original.stack }),
    ...(Symbol.for("ConvexError") in original ? { data: encoded(data) } : {}),
  };
}

/** Notes what the transaction has cost so far; to be called as its last step. */
export async function readMetrics(
  ctx: Pick<GenericQueryCtx<GenericDataModel>, "meta">,
  into: { read?: Metrics },
): Promise<void> {
  const metrics = await ctx.meta.getTransactionMetrics();
  into.read = {
    documentsRead: metrics.documentsRead.used,
    documentsWritten: metrics.documentsWritten.used,
    bytesRead: metrics.bytesRead.used,
    bytesWritten: metrics.bytesWritten.used,
    databaseQueries: metrics.databaseQueries.used,
    functionsScheduled: metrics.functionsScheduled.used,
  };
}
