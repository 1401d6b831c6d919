import { convexToJson, jsonToConvex, type JSONValue } from "convex/values";
import type { Auth, Failure, FunctionKind, Journal, Metrics, Timestamp } from "../engine.ts";
import type { Transaction } from "./transactions.ts";
import type { Range } from "./keys.ts";
import type { Commits } from "./commits.ts";
import { type Documents, withCommit } from "./documents.ts";
import { createFrame, type Frame, type Log, type Operations, type RequestInfo } from "./runtime.ts";
import type { Functions, LoadedFunction } from "./functions.ts";
import type { UsageLimits } from "./limits.ts";
import type { Database } from "./database.ts";

/** A function to run, and on whose behalf. */
export type Wanted = {
  path: string;
  args: JSONValue;
  auth: Auth;
  log: Log;
  request: RequestInfo;
  journal?: Journal;
};

/** What a transaction cost and read, also when it failed. */
export type Notes = { metrics?: Metrics; reads?: readonly Range[]; journal?: Journal };

/** What belongs to a mutation's transaction besides the mutation. */
type Around = {
  /** The result, where the mutation is not to be run at all. */
  instead?: (transaction: Transaction) => JSONValue | undefined;
  /** Written once the function has succeeded. */
  also?: (transaction: Transaction, value: JSONValue) => void;
};

const placeholderJson = '{"$commitTs":null}';

export type Calls = ReturnType<typeof createCalls>;

/** Runs functions: each query and mutation in a transaction, its own or its caller's. */
export function createCalls(options: {
  commits: Commits;
  documents: Documents;
  functions: Functions;
  clock: () => number;
  perform: () => Operations;
}) {
  const { commits, documents, functions } = options;

  const frameOf = (
    wanted: Omit<Wanted, "args">,
    kind: FunctionKind,
    transaction?: Transaction,
  ): Frame =>
    createFrame({
      kind,
      path: wanted.path,
      auth: wanted.auth,
      log: wanted.log,
      request: wanted.request,
      transaction,
      clock: options.clock,
      perform: options.perform(),
    });

  async function inTransaction(
    one: LoadedFunction,
    wanted: Wanted,
    transaction: Transaction,
    notes: Notes,
  ): Promise<JSONValue> {
    transaction.page.end = wanted.journal ?? null;
    try {
      refusePlaceholder(wanted);
      return await functions.invoke(one, frameOf(wanted, one.kind, transaction), wanted.args);
    } finally {
      notes.metrics = transaction.usage.used();
      notes.reads = transaction.reads;
      notes.journal = transaction.page.ended;
    }
  }

  /** A query of a moment that is held (see `commits.hold`). */
  async function queryIn(
    read: <T>(work: (transaction: Transaction) => Promise<T>) => Promise<T>,
    wanted: Wanted,
    notes: Notes = {},
  ): Promise<JSONValue> {
    const one = await functions.find(wanted.path, "query");
    const value = await read((transaction) => inTransaction(one, wanted, transaction, notes));
    if (JSON.stringify(value).includes(placeholderJson)) {
      throw new Error(`${wanted.path}: queries cannot return an unresolved placeholder value`);
    }
    return value;
  }

  async function mutation(
    wanted: Wanted,
    notes: Notes = {},
    around: Around = {},
  ): Promise<{ value: JSONValue; ts: Timestamp }> {
    const one = await functions.find(wanted.path, "mutation");
    const done = await commits.write(async (transaction) => {
      const known = around.instead?.(transaction);
      if (known !== undefined) return known;
      const value = await inTransaction(one, wanted, transaction, notes);
      around.also?.(transaction, value);
      return value;
    });
    if (!JSON.stringify(done.value).includes(placeholderJson)) return done;
    const value = convexToJson(withCommit(jsonToConvex(done.value), done.ts));
    return { value, ts: done.ts };
  }

  return {
    frameOf,
    queryIn,
    query: (wanted: Wanted, notes?: Notes) => queryIn(commits.read, wanted, notes),
    mutation,

    async action(wanted: Wanted): Promise<JSONValue> {
      const one = await functions.find(wanted.path, "action");
      refusePlaceholder(wanted);
      return await functions.invoke(one, frameOf(wanted, "action"), wanted.args);
    },

    /** A call within a transaction: a mutation that fails is undone alone, as if never called. */
    nested(
      caller: Frame & { transaction: Transaction },
      wanted: Wanted,
      kind: "query" | "mutation" | "snapshotQuery",
      limits?: UsageLimits,
    ): Promise<JSONValue> {
      const { transaction } = caller;
      return caller.nested.run(async () => {
        const one = await functions.find(wanted.path, kind === "mutation" ? "mutation" : "query");
        const frame = frameOf(wanted, one.kind, transaction);
        const run = () => functions.invoke(one, frame, wanted.args);
        transaction.usage.enter(limits);
        let isUndone = true;
        try {
          const value =
            kind === "query"
              ? await run()
              : kind === "mutation"
                ? await commits.part(transaction, run)
                : await commits.part(
                    transaction,
                    () => {
                      documents.restoreAll(transaction);
                      return run();
                    },
                    "undo",
                  );
          isUndone = false;
          return value;
        } catch (error) {
          throw thrownToCaller(error);
        } finally {
          transaction.usage.leave(isUndone);
        }
      });
    },
  };
}

function refusePlaceholder({ path, args }: Wanted): void {
  if (!JSON.stringify(args).includes(placeholderJson)) return;
  throw new Error(
    `Invalid arguments for "${path}": an unresolved placeholder value can only be passed to a query ` +
      "or mutation called from a mutation",
  );
}

/**
 * Which mutation of which client's session this is: it may be sent again, and is then not run
 * again.
 */
type Once = { session: string; request: number };

const kept = 10_000;

/** Keeps a mutation's result in its own transaction, for when its caller asks again. */
export const onceOnly = (database: Database, { session, request }: Once): Around => ({
  instead() {
    const known = database.get<{ json: string }>(
      "SELECT json FROM answers WHERE session = ? AND request = ?",
      session,
      request,
    );
    return known === undefined ? undefined : (JSON.parse(known.json) as JSONValue);
  },
  also(_, value) {
    const added = database.run(
      "INSERT INTO answers (session, request, json) VALUES (?, ?, ?)",
      session,
      request,
      JSON.stringify(value),
    );
    database.run("DELETE FROM answers WHERE number <= ?", Number(added.lastInsertRowid) - kept);
  },
});

// What functions throw. `convex/server` turns the data of a ConvexError into text on its way out;
// it
// is text of encoded JSON.

const isConvexError = (error: object): error is Error & { data: unknown } =>
  Symbol.for("ConvexError") in error;

const dataOf = (error: { data: unknown }): JSONValue =>
  typeof error.data === "string" ? (JSON.parse(error.data) as JSONValue) : null;

/** The failure as the engine reports it. */
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
