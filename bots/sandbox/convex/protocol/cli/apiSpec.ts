import type { JSONValue } from "convex/values";
import { functionInfo, functionModules } from "../../functionsDirectory.ts";

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
