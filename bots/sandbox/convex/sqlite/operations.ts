import type { Frame, Operations } from "./frames.ts";
import type { Transaction } from "./transaction.ts";

/** The arguments of an operation, as `convex/server` writes them. */
export type Arguments = Record<string, unknown>;
export type InTransaction = Frame & { transaction: Transaction };

/** Each answers with JSON text. */
export type SyncOperations = Record<string, (frame: Frame, args: Arguments) => string>;
export type AsyncOperations = Record<
  string,
  (frame: Frame, args: Arguments) => string | Promise<string>
>;
export type JsOperations = Record<string, (frame: Frame, args: Arguments) => Promise<unknown>>;

/** Operations that wait for themselves, having nothing to do with what their function has written. */
const calling = new Set(["1.0/runUdf"]);

export function createOperations(known: {
  sync: SyncOperations;
  async: AsyncOperations;
  js: JsOperations;
}): Operations {
  const sync = new Map(Object.entries(known.sync));
  const async = new Map(Object.entries(known.async));
  const js = new Map(Object.entries(known.js));

  return {
    sync(frame, operation, args) {
      const perform = sync.get(operation);
      if (perform === undefined) throw new Error(`Unknown operation ${operation}`);
      if (hasEnded(frame)) throw new Error(`${frame.path} has ended, and asks for ${operation}`);
      return perform(frame, JSON.parse(args) as Arguments);
    },
    async async(frame, operation, args) {
      const perform = async.get(operation);
      if (perform === undefined) throw new Error(`Unknown async operation ${operation}`);
      if (!calling.has(operation)) await frame.nested.idle();
      if (hasEnded(frame)) return await never();
      return await perform(frame, JSON.parse(args) as Arguments);
    },
    async js(frame, operation, args) {
      const perform = js.get(operation);
      if (perform === undefined) throw new Error(`Unknown js operation ${operation}`);
      if (hasEnded(frame)) return await never();
      return await perform(frame, args);
    },
  };
}

/** Whether this comes from work that the function did not wait for, or took too long over. */
const hasEnded = ({ transaction }: Frame): boolean => transaction?.hasEnded ?? false;

/** As on Convex, where such work ends with its function: an error would have nobody to catch it. */
const never = (): Promise<never> => new Promise(() => undefined);

/** For operations of queries and mutations. */
export function reading(frame: Frame, operation: string): InTransaction {
  if (frame.transaction !== undefined) return frame as InTransaction;
  throw new Error(`Unknown async operation ${operation}: it is for queries and mutations`);
}

/** For operations of mutations. */
export function writing(frame: Frame, operation: string): InTransaction {
  if (frame.kind === "mutation") return reading(frame, operation);
  throw new Error(`${operation} is for mutations, and ${frame.path} is a ${frame.kind}`);
}
