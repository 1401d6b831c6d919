import type { JSONValue } from "convex/values";
import { functionInfo, functionModules, importNamed } from "../../functionsDirectory.ts";

type Exported = { exportArgs?: () => string; exportReturns?: () => string };
type Schema = { export?: () => string };

const kinds = { query: "Query", mutation: "Mutation", action: "Action" } as const;

/**
 * What a push is told of the code it has sent, for `_generated` to be made of. Importing every
 * module shows as well whether they can be.
 */
export async function analyze(directory: string): Promise<JSONValue> {
  const modules = functionModules(directory);
  const functions: Record<string, JSONValue> = {};
  for (const key of Object.keys(modules).sort()) {
    const path = key.slice("/convex/".length).replace(/\.[^.]+$/, ".js");
    if (path.startsWith("_")) continue;
    const found = Object.entries((await modules[key]?.()) ?? {}).flatMap(described);
    functions[path] = { functions: found, httpRoutes: null, cronSpecs: null, sourceMapped: null };
  }
  const schema = (await importNamed(directory, "schema"))?.["default"] as Schema | undefined;
  const exported = schema?.export?.();
  return {
    definition: {
      path: "",
      definitionType: { type: "app" },
      childComponents: [],
      httpMounts: {},
      exports: { type: "branch", branch: [] },
    },
    schema: exported === undefined ? null : (JSON.parse(exported) as JSONValue),
    functions,
    udfConfig: { serverVersion: "", importPhaseRngSeed: null, importPhaseUnixTimestamp: null },
  };
}

function described([name, exported]: [string, unknown]): JSONValue[] {
  const info = functionInfo(exported);
  if (info === null || info.kind === "httpAction") return [];
  const { exportArgs, exportReturns } = exported as Exported;
  return [
    {
      name,
      pos: null,
      udfType: kinds[info.kind],
      visibility: { kind: info.visibility },
      args: exportArgs?.() ?? null,
      returns: exportReturns?.() ?? null,
    },
  ];
}
