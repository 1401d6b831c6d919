import { AsyncLocalStorage } from "node:async_hooks";
import { convexTest } from "convex-test";
import {
  makeFunctionReference,
  type SchemaDefinition,
  type GenericSchema,
  type UserIdentity,
} from "convex/server";
import { jsonToConvex, type JSONValue } from "convex/values";
import { captureConsole } from "../../../bots/sandbox/convex/consoleCapture.ts";
import { readCrons } from "../../../bots/sandbox/convex/crons.ts";
import { createQueryCache } from "./queryCache.ts";
import type { Auth, Call, Engine } from "../../../bots/sandbox/convex/engine.ts";
import {
  functionInfo,
  functionModules,
  importNamed,
  routerOf,
} from "../../../bots/sandbox/convex/functionsDirectory.ts";
import { currentHostCall, inHostCall } from "./hostCall.ts";
import { httpModule, withRequest } from "./incomingRequest.ts";
import { allowLongTimers } from "./longTimers.ts";
import { outcomeOf, readMetrics, transactionOutcome } from "./outcome.ts";
import { createWriteSignal } from "./writeSignal.ts";
import { watchSyscalls } from "./syscallWatch.ts";

type Args = Record<string, never>;

/**
 * The functions of a directory on convex-test: in memory, for one process. convex-test runs one
 * transaction at a time, queries included, so nobody sees half of one; actions run beside them.
 */
export async function createConvexTestEngine(functionsDirectory: string): Promise<Engine> {
  // convex-test follows the asynchronous work of a function. A call that comes from inside one (an
  // action fetching from its own host) must not be taken for part of it.
  const outside = AsyncLocalStorage.snapshot();
  const modules = functionModules(functionsDirectory);
  const schema = (await importNamed(functionsDirectory, "schema"))?.["default"];
  const router = routerOf(await importNamed(functionsDirectory, "http"));
  const importers = new Map(
    Object.entries(modules).map(([key, load]) => [key.slice(8).replace(/\.[^.]+$/, ""), load]),
  );
  if (router !== null) modules["/convex/http.ts"] = async () => httpModule(router);
  const crons = readCrons((await importNamed(functionsDirectory, "crons"))?.["default"]);

  const t = convexTest({
    modules,
    transactionLimits: true,
    ...(schema === undefined ? {} : { schema: schema as SchemaDefinition<GenericSchema, boolean> }),
  });
  watchSyscalls();
  captureConsole(currentHostCall);
  const restoreTimers = allowLongTimers();

  const tableNames = new Set(
    Object.keys((schema as { tables?: Record<string, unknown> } | undefined)?.tables ?? {}),
  );
  const as = (auth: Auth) => (auth.kind === "none" ? t : t.withIdentity(identityFor(auth)));

  /** The moment of the last commit. Waits for the transaction in progress, if there is one. */
  const latest = (onReached?: () => void): Promise<bigint> =>
    outside(() =>
      t.query(async (ctx) => {
        onReached?.();
        return ctx.meta.getSnapshotTs();
      }),
    );
  const signal = createWriteSignal(latest);
  const wrote = (table: string | undefined): void => {
    if (table !== undefined && !table.startsWith("_")) tableNames.add(table);
    outside(signal.wrote);
  };
  const storeBlob = (blob: Blob) => outside(() => t.run((ctx) => ctx.storage.store(blob)));
  const hooks = { wrote, storeBlob };

  // A function is called from a transaction of the host's, which adds the moment and the cost, and
  // which a refused return value rolls back (called directly, convex-test would have committed it).
  const query = (call: Call) =>
    outside(() =>
      inHostCall(hooks, async (hostCall) => {
        const run = { ts: 0n };
        hostCall.page = { end: call.journal ?? null, ended: null };
        const outcome = await transactionOutcome(hostCall, (metrics) =>
          as(call.auth).query(async (ctx) => {
            run.ts = ctx.meta.getSnapshotTs();
            try {
              const reference = makeFunctionReference<"query">(call.path);
              return await ctx.runQuery(reference, jsonToConvex(call.args) as Args);
            } finally {
              await readMetrics(ctx, metrics);
            }
          }),
        );
        return { ...outcome, ts: run.ts, journal: hostCall.page.ended };
      }),
    );
  const cache = createQueryCache(query, latest);

  return {
    version: "convex-test",
    async describe(path) {
      const [module = "", name = ""] = path.split(":");
      return functionInfo((await outside(() => importers.get(module)?.()))?.[name]);
    },
    query,
    queries: cache.queries,
    mutation: (call) =>
      outside(() =>
        inHostCall(hooks, async (hostCall) => {
          const run: { ts: bigint } = { ts: 0n };
          const outcome = await transactionOutcome(hostCall, async (metrics) => {
            const committed = await as(call.auth).mutation(async (ctx) => {
              try {
                const reference = makeFunctionReference<"mutation">(call.path);
                const value: unknown = await ctx.runMutation(
                  reference,
                  jsonToConvex(call.args) as Args,
                );
                return { value, ts: ctx.db.vars.commitTs };
              } finally {
                await readMetrics(ctx, metrics);
              }
            });
            // convex-test puts the moment of the commit where the placeholder was.
            run.ts = committed.ts as unknown as bigint;
            return committed.value;
          });
          return { ...outcome, ts: run.ts };
        }),
      ),
    action: (call) =>
      outside(() =>
        inHostCall(hooks, (hostCall) =>
          outcomeOf(hostCall, () =>
            as(call.auth).action(
              makeFunctionReference<"action">(call.path),
              jsonToConvex(call.args) as Args,
            ),
          ),
        ),
      ),
    async http(request, auth) {
      if (router === null) {
        return new Response("This Convex deployment does not have HTTP actions enabled.", {
          status: 404,
        });
      }
      const { pathname, search } = new URL(request.url);
      if (router.lookup(pathname, request.method) === null) {
        return new Response("No matching routes found", { status: 404 });
      }
      const run = () => as(auth).fetch(pathname + search, { method: request.method });
      return await outside(() =>
        inHostCall(hooks, (call) => {
          // Nobody is sent the log lines of an http action.
          call.open = false;
          return withRequest(request, run);
        }),
      );
    },
    onWrite: signal.onWrite,
    tables: () =>
      outside(() =>
        t.query(async (ctx) => {
          const counts: Record<string, number> = {};
          for (const table of [...tableNames].sort()) {
            // `count` is not in the public types; unlike collect() it is not held to a limit.
            const all = ctx.db.query(table) as unknown as { count(): Promise<number> };
            counts[table] = await all.count();
          }
          return counts;
        }),
      ),
    crons,
    async close() {
      signal.close();
      restoreTimers();
    },
  };
}

/** convex-test takes an identity, never a refusal: this one rejects when it is awaited. */
function identityFor(auth: Exclude<Auth, { kind: "none" }>): Partial<UserIdentity> {
  if (auth.kind === "user") return auth.identity;
  const then = (_: unknown, reject: (error: Error) => void) => reject(new Error(auth.reason));
  // oxlint-disable-next-line unicorn/no-thenable -- being awaited is the point
  return { subject: "", issuer: "", then: then as unknown as JSONValue };
}
