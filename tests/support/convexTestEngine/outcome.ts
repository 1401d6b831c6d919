import type { GenericDataModel, GenericQueryCtx } from "convex/server";
import { convexToJson, type JSONValue, type Value } from "convex/values";
import type { Failure, Metrics, Outcome } from "../../../bots/sandbox/convex/engine.ts";
import type { HostCall } from "./hostCall.ts";

/** As `outcomeOf`, for a function that is the one nested call of a transaction of the host's. */
export async function transactionOutcome(
  call: HostCall,
  run: (metrics: { read?: Metrics }) => Promise<unknown>,
): Promise<Outcome> {
  const metrics: { read?: Metrics } = {};
  const outcome = await outcomeOf(call, async () => {
    try {
      return await run(metrics);
    } catch (error) {
      // `convex/server` rewrites what a nested call throws: the stack is lost, and so are the values
      // of `data` that are not plain JSON. The error it was made from has both.
      throw call.nestedFailure ?? error;
    }
  });
  return metrics.read === undefined ? outcome : { ...outcome, metrics: metrics.read };
}

/** Runs a call and says how it went; a function's error is an outcome, not an exception. */
export async function outcomeOf(call: HostCall, run: () => Promise<unknown>): Promise<Outcome> {
  const { logLines } = call;
  try {
    return { ok: true, value: encoded(await run()), logLines };
  } catch (error) {
    return { ok: false, failure: failureOf(error), logLines };
  }
}

const encoded = (value: unknown): JSONValue =>
  value === undefined ? null : convexToJson(value as Value);

function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { message: String(error) };
  const isConvexError = Symbol.for("ConvexError") in error;
  return {
    message: error.message,
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(isConvexError ? { data: encoded((error as { data?: unknown }).data) } : {}),
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
