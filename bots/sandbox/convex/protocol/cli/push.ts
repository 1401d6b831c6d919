import { z } from "zod";
import type { JSONValue } from "convex/values";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve, sep } from "node:path";
import { functionInfo, functionModules, importNamed } from "../../functionsDirectory.ts";

const finishRequest = z.object({
  dryRun: z.boolean(),
  startPush: z.object({ schemaChange: z.object({ directory: z.string() }) }),
});

/**
 * `convex dev` and `convex deploy`: the code comes bundled, is looked at, and takes the place of
 * what runs. It does so until the host ends, which begins again with its own functions directory.
 */
export function createPush(options: {
  functionsDirectory: string;
  deploy: (directory: string) => Promise<void>;
}) {
  const code = createPushedCode(options.functionsDirectory);
  /** Only functions that were pushed here are run. */
  const known = new Set<string>();

  async function start(body: JSONValue): Promise<JSONValue> {
    const request = pushRequest.parse(body);
    const { appDefinition, componentDefinitions } = request;
    if (appDefinition.dependencies.length > 0 || componentDefinitions.length > 0) {
      throw new Error("The embedded host does not take components by a push");
    }
    const directory = await code.write(request);
    const analysis = await analyze(directory);
    known.add(directory);
    return {
      environmentVariables: {},
      externalDepsId: null,
      componentDefinitionPackages: {},
      appAuth: [],
      analysis: { "": analysis },
      app: {
        definitionPath: "",
        componentPath: "",
        args: {},
        childComponents: {},
        httpRoutes: { httpModuleRoutes: null, mounts: [] },
        exports: {},
      },
      // The command line gives this back when it goes on.
      schemaChange: { allocatedComponentIds: {}, schemaIds: {}, directory },
    };
  }

  async function finish(body: JSONValue): Promise<JSONValue> {
    const { dryRun, startPush } = finishRequest.parse(body);
    const { directory } = startPush.schemaChange;
    if (!known.has(directory)) throw new Error("There is no such push");
    // Documents are held against the new schema, and indexes filled, as part of this.
    if (!dryRun) await options.deploy(directory);
    return { authDiff: { added: [], removed: [] }, definitionDiffs: {}, componentDiffs: {} };
  }

  return { start, finish, close: code.close };
}

const module = z.object({
  path: z.string(),
  source: z.string(),
  environment: z.enum(["isolate", "node"]),
});

const pushRequest = z.object({
  dryRun: z.boolean(),
  appDefinition: z.object({
    dependencies: z.array(z.string()),
    schema: module.nullable(),
    changedModules: z.array(module),
    unchangedModuleHashes: z.array(z.unknown()).max(0),
  }),
  componentDefinitions: z.array(z.unknown()),
});

type PushRequest = z.infer<typeof pushRequest>;

/**
 * Keeps pushed code as long as the host runs: directories of modules, each bundled by the command
 * line as for any deployment. Imports of packages resolve as they do in the project.
 */
function createPushedCode(functionsDirectory: string) {
  const folders: string[] = [];

  async function write({ appDefinition }: PushRequest): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "convex-host-"));
    folders.push(folder);
    const packages = packagesOf(functionsDirectory);
    if (packages !== null) await symlink(packages, join(folder, "node_modules"));
    await writeFile(join(folder, "package.json"), '{"type": "module"}');
    const directory = join(folder, "convex");
    const { schema, changedModules } = appDefinition;
    for (const { path, source } of [...changedModules, ...(schema === null ? [] : [schema])]) {
      const file = resolve(directory, path);
      if (!file.startsWith(directory + sep)) throw new Error(`${path} is no path of a module`);
      await mkdir(dirname(file), { recursive: true });
      // The map stays with the sender, and so do the sources it would lead to.
      await writeFile(file, source.replace(/^\/\/# sourceMappingURL=.*$/m, ""));
    }
    return directory;
  }

  return {
    write,
    close: async (): Promise<void> => {
      for (const folder of folders) await rm(folder, { recursive: true, force: true });
    },
  };
}

function packagesOf(directory: string): string | null {
  for (let at = resolve(directory); ; at = dirname(at)) {
    if (existsSync(join(at, "node_modules"))) return join(at, "node_modules");
    if (at === dirname(at)) return null;
  }
}

type Exported = { exportArgs?: () => string; exportReturns?: () => string };
type Schema = { export?: () => string };

const kinds = { query: "Query", mutation: "Mutation", action: "Action" } as const;

/**
 * The analysis of pushed code that the command line makes `_generated` from. Importing every
 * module shows as well whether they can be.
 */
async function analyze(directory: string): Promise<JSONValue> {
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
