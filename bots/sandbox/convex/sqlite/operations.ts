import { convexToJson, getConvexSize, jsonToConvex, type JSONValue } from "convex/values";
import type { Frame, Operations } from "./runtime.ts";
import type { Transaction } from "./transactions.ts";
import type { Commits } from "./commits.ts";
import { canonicalPath } from "../functionsDirectory.ts";
import { type Calls, thrownToCaller, type Wanted } from "./calls.ts";
import type { UsageLimits } from "./limits.ts";
import type { Functions } from "./functions.ts";
import type { Jobs } from "./jobs.ts";

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

/**
 * Operations that wait for themselves, having nothing to do with what their function has written.
 */
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

/**
 * As on Convex, work that a function does not await ends with the function; its error is dropped.
 */
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

const handlePrefix = "function://;";

/** The path of the function that is meant: by its name, or by a handle made of it. */
function pathOf({ name, functionHandle, reference }: Arguments): string {
  if (typeof name === "string") return canonicalPath(name);
  if (typeof functionHandle === "string" && functionHandle.startsWith(handlePrefix)) {
    return canonicalPath(functionHandle.slice(handlePrefix.length));
  }
  throw new Error(
    `Components are not supported by this host: ${String(reference ?? functionHandle)} cannot be called`,
  );
}

/** What functions ask to call others. */
export function callOperations(calls: Calls): AsyncOperations {
  const wantedBy = (frame: Frame, args: Arguments): Wanted => ({
    path: pathOf(args),
    args: args["args"] as JSONValue,
    auth: frame.auth,
    log: frame.log,
    request: frame.request,
  });

  /** From an action: a new transaction, or another action. */
  async function fromAction(frame: Frame, call: () => Promise<JSONValue>): Promise<string> {
    if (frame.transaction !== undefined) {
      throw new Error(`${frame.path} is a ${frame.kind}, where this is for actions`);
    }
    try {
      return JSON.stringify(await call());
    } catch (error) {
      throw thrownToCaller(error);
    }
  }

  return {
    "1.0/runUdf": async (frame, args) => {
      const kind = args["udfType"] as "query" | "mutation" | "snapshotQuery";
      const caller = kind === "query" ? reading(frame, "1.0/runUdf") : writing(frame, "1.0/runUdf");
      const limits = args["transactionLimits"] as UsageLimits | undefined;
      return JSON.stringify(await calls.nested(caller, wantedBy(frame, args), kind, limits));
    },
    "1.0/actions/query": (frame, args) =>
      fromAction(frame, () => calls.query(wantedBy(frame, args))),
    "1.0/actions/mutation": (frame, args) =>
      fromAction(frame, async () => (await calls.mutation(wantedBy(frame, args))).value),
    "1.0/actions/action": (frame, args) =>
      fromAction(frame, () => calls.action(wantedBy(frame, args))),
    "1.0/createFunctionHandle": (_frame, args) => JSON.stringify(handlePrefix + pathOf(args)),
  };
}

const placeholderJson = '{"$commitTs":null}';

/** What `ctx.scheduler` asks for: in a mutation as part of it, in an action at once. */
export function scheduleOperations(
  jobs: Jobs,
  functions: Functions,
  commits: Commits,
): AsyncOperations {
  async function schedule(transaction: Transaction, args: Arguments): Promise<string> {
    const path = pathOf(args);
    const { kind } = await functions.find(path, "any");
    if (kind === "query") throw new Error(`${path} is a query, which cannot be scheduled`);
    const json = args["args"] as JSONValue;
    if (JSON.stringify(json).includes(placeholderJson)) {
      throw new Error(
        `Invalid arguments for "${path}": a scheduled function cannot take an unresolved placeholder value`,
      );
    }
    const value = jsonToConvex(json);
    transaction.usage.scheduled(getConvexSize(value));
    // In seconds, from milliseconds: rounded, or it would come back as another time.
    const dueAt = Math.round((args["ts"] as number) * 1e6) / 1e3;
    return JSON.stringify(jobs.add(transaction, path, value, dueAt));
  }

  return {
    "1.0/schedule": (frame, args) => schedule(writing(frame, "1.0/schedule").transaction, args),
    "1.0/cancel_job": (frame, { id }) => {
      jobs.cancel(writing(frame, "1.0/cancel_job").transaction, String(id));
      return "{}";
    },
    "1.0/actions/schedule": async (_frame, args) =>
      (await commits.write((transaction) => schedule(transaction, args))).value,
    "1.0/actions/cancel_job": async (_frame, { id }) => {
      await commits.write(async (transaction) => jobs.cancel(transaction, String(id)));
      return "{}";
    },
  };
}

const missing: Record<string, string> = {
  "1.0/signJwt": "This host has no key to sign tokens with: `ctx.auth.signJwt` is missing",
  "1.0/createServiceToken": "This host has no Convex services: `getServiceToken` is missing",
  "1.0/getServiceUrl": "This host has no Convex services: `getServiceUrl` is missing",
};

/** What functions ask about themselves and their caller. */
export function metaOperations(): { sync: SyncOperations; async: AsyncOperations } {
  return {
    sync: {
      "1.0/getSnapshotTs": (frame) =>
        JSON.stringify(convexToJson(reading(frame, "1.0/getSnapshotTs").transaction.snapshot)),
    },
    async: {
      "1.0/getUserIdentity": ({ auth }) => {
        if (auth.kind === "unverified") throw new Error(auth.reason);
        return JSON.stringify(auth.kind === "user" ? auth.identity : null);
      },
      "1.0/getTransactionMetrics": (frame) => {
        const { transaction } = reading(frame, "1.0/getTransactionMetrics");
        return JSON.stringify(transaction.usage.report());
      },
      "1.0/getFunctionMetadata": ({ path }) => JSON.stringify({ name: path, componentPath: "" }),
      "1.0/getDeploymentMetadata": () =>
        JSON.stringify({ name: "local", region: null, class: "s16" }),
      "1.0/getRequestMetadata": (frame) => {
        if (frame.kind === "query") {
          throw new Error("Queries are not told about requests: their results outlive them");
        }
        return JSON.stringify({ ...unknownRequest, ...frame.request });
      },
      // A local host has no audit log: entries are accepted and dropped.
      "1.0/auditLog": () => "null",
      ...Object.fromEntries(
        Object.entries(missing).map(([operation, message]) => [
          operation,
          (_frame: Frame): string => {
            throw new Error(message);
          },
        ]),
      ),
    },
  };
}

/** What an engine is not told of the requests it serves. */
const unknownRequest = { ip: null, userAgent: null, authToken: null };
