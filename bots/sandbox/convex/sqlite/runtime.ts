import { promisify } from "node:util";
import { AsyncLocalStorage } from "node:async_hooks";
import type { Auth, FunctionKind } from "../engine.ts";
import { createLock, type Lock, type Transaction } from "./transactions.ts";

// What functions find in the global scope. `convex/server` asks everything of a global `Convex`;
// queries and mutations have a clock that stands still, the same random numbers each time, and
// neither network nor timers. Code outside functions is not affected.

type Callable = (...args: never[]) => unknown;
/** What stood there before, or has been put there since. */
type Global = { [name: string]: unknown };

let isInstalled = false;

/** Once per process. */
export function installRuntime(): void {
  if (isInstalled) return;
  isInstalled = true;
  const scope = globalThis as unknown as Global;
  installConvex(scope);
  installDate(scope);
  installRandom();
  refuse(scope, "fetch", "fetch()");
  for (const name of ["setTimeout", "setInterval"]) refuse(scope, name, name);
}

function installConvex(scope: Global): void {
  const inFunction = (): Frame => {
    const frame = currentFrame();
    if (frame === undefined) throw new Error("The Convex functions were left by their own work");
    return frame;
  };
  const convex = {
    syscall: (operation: string, args: string) => {
      const frame = inFunction();
      return frame.perform.sync(frame, operation, args);
    },
    asyncSyscall: (operation: string, args: string) => {
      const frame = inFunction();
      return frame.perform.async(frame, operation, args);
    },
    jsSyscall: (operation: string, args: Record<string, unknown>) => {
      const frame = inFunction();
      return frame.perform.js(frame, operation, args);
    },
  };
  let other = scope["Convex"];
  Object.defineProperty(scope, "Convex", {
    configurable: true,
    get: () => (currentFrame() === undefined ? other : convex),
    set: (value: unknown) => {
      other = value;
    },
  });
}

function installDate(scope: Global): void {
  const RealDate = globalThis.Date;
  function FunctionDate(this: unknown, ...args: [] | [number]): unknown {
    const frame = currentFrame();
    const given = args.length === 0 && frame !== undefined ? [frame.now()] : args;
    return new.target === undefined
      ? String(new RealDate(...(given as [])))
      : Reflect.construct(RealDate, given, new.target);
  }
  Object.defineProperties(FunctionDate, Object.getOwnPropertyDescriptors(RealDate));
  Object.defineProperty(FunctionDate, "now", {
    configurable: true,
    writable: true,
    value: () => currentFrame()?.now() ?? RealDate.now(),
  });
  scope["Date"] = FunctionDate;
}

function installRandom(): void {
  const real = Math.random;
  Math.random = () => currentFrame()?.transaction?.random.next() ?? real();
}

function refuse(scope: Global, name: string, described: string): void {
  const real = scope[name] as Callable & { [promisify.custom]?: unknown };
  const guarded = (...args: never[]): unknown => {
    if (currentFrame()?.transaction !== undefined) {
      throw new Error(
        `Can't use ${described} in queries and mutations. Please consider using an action. ` +
          "See https://docs.convex.dev/functions/actions for more details.",
      );
    }
    return real(...args);
  };
  scope[name] = Object.assign(guarded, { [promisify.custom]: real[promisify.custom] });
}

// The context of a running function. AsyncLocalStorage carries it through asynchronous work, so an
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
  /**
   * Held by a nested call: what this function asks meanwhile waits, or it would be undone with it.
   */
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

const currentFrame = (): Frame | undefined => storage.getStore();
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

/** Gives out the results of a query one by one, as JSON; null when there are no more. */
export type Stream = () => string | null;
