import { AsyncLocalStorage } from "node:async_hooks";
import type { Auth, FunctionKind } from "../engine.ts";
import { createLock, type Lock } from "./lock.ts";
import type { Stream } from "./streams.ts";
import type { Transaction } from "./transaction.ts";

// What is known of a function while it runs. It travels with the function's asynchronous work, so an
// operation finds the transaction it belongs to.

/** Where what a function prints goes; closed once its caller has been answered. */
export type Log = { logLines: string[]; open: boolean };

/** What all functions of one request have in common. */
export type RequestInfo = { requestId: string; scheduledFunctionId: string | null };

export type Frame = {
  readonly kind: FunctionKind;
  readonly path: string;
  readonly auth: Auth;
  readonly log: Log;
  readonly request: RequestInfo;
  /** Of queries and mutations. */
  readonly transaction: Transaction | undefined;
  /** What the clock says: stands still in a transaction. */
  readonly now: () => number;
  readonly perform: Operations;
  /** Held by a nested call: what this function asks meanwhile waits, or it would be undone with it. */
  readonly nested: Lock;
  readonly streams: Map<number, Stream>;
  pages: number;
};

/** What answers the operations of `convex/server`. */
export type Operations = {
  sync(frame: Frame, operation: string, args: string): string;
  async(frame: Frame, operation: string, args: string): Promise<string>;
  js(frame: Frame, operation: string, args: Record<string, unknown>): Promise<unknown>;
};

const storage = new AsyncLocalStorage<Frame>();

export const currentFrame = (): Frame | undefined => storage.getStore();
export const currentLog = (): Log | undefined => storage.getStore()?.log;
export const inFrame = <T>(frame: Frame, work: () => T): T => storage.run(frame, work);
export const outsideFrames = <T>(work: () => T): T => storage.exit(work);

export const createFrame = (
  given: Pick<Frame, "kind" | "path" | "auth" | "log" | "request" | "transaction" | "perform"> & {
    clock: () => number;
  },
): Frame => {
  const { clock, ...rest } = given;
  const { transaction } = rest;
  return {
    ...rest,
    now: transaction === undefined ? clock : () => transaction.now,
    nested: createLock(),
    streams: new Map(),
    pages: 0,
  };
};
