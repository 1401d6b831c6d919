import type { JSONValue } from "convex/values";
import type { Call, Engine, FunctionInfo, Outcome } from "../../engine.ts";
import { functionInfo, functionModules } from "../../functionsDirectory.ts";

/** Answers one of Convex's own functions; arguments and answer in Convex's encoded JSON. */
export type SystemQuery = (args: Record<string, JSONValue | undefined>) => Promise<JSONValue>;

const info: FunctionInfo = { kind: "query", visibility: "internal" };

/**
 * The engine, and beside its functions those queries the command line asks the host itself: they
 * are internal, so only the admin key reaches them, over either protocol. Their results are as of
 * the moment they are asked; no write wakes a subscription to them.
 */
export function withSystemQueries(
  engine: Engine,
  system: Readonly<Record<string, SystemQuery>>,
): Engine {
  const own = (path: string): SystemQuery | undefined =>
    Object.hasOwn(system, path) ? system[path] : undefined;

  return {
    ...engine,
    describe: async (path) => (own(path) ? info : await engine.describe(path)),
    query: async (call) => {
      const query = own(call.path);
      return query ? await answer(query, call) : await engine.query(call);
    },
    async queries(calls) {
      const { ts, outcomes } = await engine.queries(calls.filter(({ path }) => !own(path)));
      let next = 0;
      const all = calls.map(async (call) => {
        const query = own(call.path);
        if (query) return await answer(query, call);
        const outcome = outcomes[next++];
        if (outcome === undefined) throw new Error("The engine left a query unanswered");
        return outcome;
      });
      return { ts, outcomes: await Promise.all(all) };
    },
  };
}

async function answer(query: SystemQuery, { args }: Call): Promise<Outcome> {
  try {
    const value = await query(args as Record<string, JSONValue | undefined>);
    return { ok: true, value, logLines: [] };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, failure: { message }, logLines: [] };
  }
}

type Exported = { exportArgs?: () => string; exportReturns?: () => string | null };

const functionTypes = { query: "Query", mutation: "Mutation", action: "Action" } as const;

/** Every function of the directory with its validators, as `convex function-spec` prints them. */
export async function apiSpec(functionsDirectory: string): Promise<JSONValue[]> {
  const specs: JSONValue[] = [];
  const modules = functionModules(functionsDirectory);
  for (const key of Object.keys(modules).sort()) {
    const module = key.slice("/convex/".length).replace(/\.[^.]+$/, ".js");
    if (module.startsWith("_") || module === "http.js") continue;
    for (const [name, exported] of Object.entries((await modules[key]?.()) ?? {})) {
      const info = functionInfo(exported);
      if (info === null || info.kind === "httpAction") continue;
      const { exportArgs, exportReturns } = exported as Exported;
      specs.push({
        identifier: `${module}:${name}`,
        functionType: functionTypes[info.kind],
        visibility: { kind: info.visibility },
        args: read(exportArgs?.()) ?? { type: "any" },
        returns: read(exportReturns?.()) ?? { type: "any" },
      });
    }
  }
  return [...specs, ...(await routes(functionsDirectory))];
}

async function routes(functionsDirectory: string): Promise<JSONValue[]> {
  const modules = functionModules(functionsDirectory);
  const http = (await (modules["/convex/http.ts"] ?? modules["/convex/http.js"])?.())?.["default"];
  const router = http as { getRoutes?: () => [string, string, unknown][] } | undefined;
  return (router?.getRoutes?.() ?? []).map(([path, method]) => ({
    functionType: "HttpAction",
    method,
    path,
  }));
}

const read = (validator: string | null | undefined): JSONValue =>
  validator === undefined || validator === null ? null : (JSON.parse(validator) as JSONValue);
