import { AsyncLocalStorage } from "node:async_hooks";
import type { Journal } from "../../../bots/sandbox/convex/engine.ts";

// What the convex-test engine remembers of the call being run. It travels with the asynchronous
// work, so functions called by functions, and those they schedule, find it as well.

export type HostCall = {
  logLines: string[];
  /** False once the call has been answered: what it scheduled still inherits it. */
  open: boolean;
  /** What the last nested call threw, before `convex/server` rewrote it; unset where it succeeded. */
  nestedFailure?: unknown;
  /** Of a query: where the page it reads is to end, and then where it did. */
  page?: { end: Journal; ended: Journal };
} & EngineHooks;

/** What the engine does about operations it cannot leave to convex-test. */
export type EngineHooks = {
  /** Told of every write, before it is committed. */
  wrote: (table: string | undefined) => void;
  /** Stores a file in a transaction of its own. */
  storeBlob: (blob: Blob) => Promise<unknown>;
};

const storage = new AsyncLocalStorage<HostCall>();

export const currentHostCall = (): HostCall | undefined => storage.getStore();

/** Runs `work` with a call of its own; its log lines end with it. */
export async function inHostCall<T>(
  hooks: EngineHooks,
  work: (call: HostCall) => Promise<T>,
): Promise<T> {
  const call: HostCall = { logLines: [], open: true, ...hooks };
  try {
    return await storage.run(call, () => work(call));
  } finally {
    call.open = false;
  }
}
