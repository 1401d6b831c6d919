import { jsonToConvex, type JSONValue } from "convex/values";
import type { FunctionInfo, FunctionKind } from "../engine.ts";
import {
  canonicalPath,
  functionInfo,
  functionModules,
  type Module,
} from "../functionsDirectory.ts";
import { type Frame, inFrame, outsideFrames } from "./runtime.ts";
import { mismatch, type TableOf, type ValidatorJson } from "./validators.ts";

/** What `convex/server` makes of a function. */
type Registered = {
  invokeQuery?: (args: string) => Promise<string>;
  invokeMutation?: (args: string) => Promise<string>;
  invokeAction?: (requestId: string, args: string) => Promise<string>;
  exportArgs(): string;
  exportReturns(): string;
};

/** A function with the validators of its arguments and its result. */
export type LoadedFunction = FunctionInfo & {
  path: string;
  exported: Registered;
  args: ValidatorJson;
  returns: ValidatorJson | null;
};

export type Functions = ReturnType<typeof createFunctions>;

/** The functions of a directory, each file imported when it is first needed. */
export function createFunctions(directory: string, tableOf: TableOf) {
  const importers = new Map(
    Object.entries(functionModules(directory)).map(([key, load]) => [
      key.slice("/convex/".length).replace(/\.[^.]+$/, ""),
      load,
    ]),
  );
  const loaded = new WeakMap<object, LoadedFunction>();

  const imported = new Map<string, Module>();

  async function exportedAt(path: string): Promise<unknown> {
    const [module = "", name = ""] = path.split(":");
    const known = imported.get(module);
    if (known !== undefined) return known[name];
    const load = importers.get(module);
    if (load === undefined) return undefined;
    // What a file does when it is imported is no part of the call that comes first.
    const exported = await outsideFrames(load);
    imported.set(module, exported);
    return exported[name];
  }

  function load(path: string, exported: unknown): LoadedFunction | null {
    const info = functionInfo(exported);
    if (info === null || info.kind === "httpAction") return null;
    const registered = exported as Registered;
    const known = loaded.get(registered);
    if (known !== undefined) return known;
    const args = JSON.parse(registered.exportArgs()) as ValidatorJson;
    if (args.type !== "object" && args.type !== "any") {
      throw new Error(`${path}: the validator of its arguments must be an object or any`);
    }
    const returns = JSON.parse(registered.exportReturns()) as ValidatorJson | null;
    const one = { ...info, path, exported: registered, args, returns };
    loaded.set(registered, one);
    return one;
  }

  return {
    async describe(path: string): Promise<FunctionInfo | null> {
      return functionInfo(await exportedAt(path));
    },

    /** The function at the path; throws where there is none, or one of another kind. */
    async find(given: string, kind: FunctionKind | "any"): Promise<LoadedFunction> {
      const path = canonicalPath(given);
      const one = load(path, await exportedAt(path));
      if (one === null) {
        throw new Error(`Could not find function for '${path}'. Is it exported from its file?`);
      }
      if (kind !== "any" && one.kind !== kind) {
        throw new Error(`${path} is called as a ${kind}, but it is defined as a ${one.kind}`);
      }
      return one;
    },

    /** Runs the function in the frame; its arguments and its result are checked and encoded. */
    async invoke(one: LoadedFunction, frame: Frame, args: JSONValue): Promise<JSONValue> {
      const wrongArgs = mismatch(one.args, jsonToConvex(args), tableOf);
      if (wrongArgs !== null) throw new Error(`ArgumentValidationError: ${wrongArgs}`);
      const { exported } = one;
      const list = JSON.stringify([args]);
      const result = await inFrame(frame, () =>
        one.kind === "query"
          ? exported.invokeQuery?.(list)
          : one.kind === "mutation"
            ? exported.invokeMutation?.(list)
            : exported.invokeAction?.(frame.request.requestId, list),
      );
      const value = JSON.parse(result ?? "null") as JSONValue;
      if (one.returns === null) return value;
      const wrongResult = mismatch(one.returns, jsonToConvex(value), tableOf);
      if (wrongResult !== null) throw new Error(`ReturnsValidationError: ${wrongResult}`);
      return value;
    },
  };
}
