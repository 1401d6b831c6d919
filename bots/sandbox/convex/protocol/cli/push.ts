import { z } from "zod";
import type { JSONValue } from "convex/values";
import { analyze } from "./analysis.ts";
import { createPushedCode, pushRequest } from "./pushedCode.ts";

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
  /** Only what was pushed here is run. */
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
