import { existsSync, readdirSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { FunctionInfo } from "./engine.ts";

export type Module = Record<string, unknown>;

const source = /\.[cm]?[jt]sx?$/;

/** Functions of the host's own, for the holder of the admin key. */
const systemModules: Record<string, () => Promise<Module>> = {
  "/convex/_system/cli/tableData.ts": async () => await import("./system/tableData.ts"),
  "/convex/_system/cli/importDocuments.ts": async () => await import("./system/importDocuments.ts"),
};

/** The directory's files as convex-test wants them: a key as from a glob, and how to import it. */
export function functionModules(directory: string): Record<string, () => Promise<Module>> {
  const root = resolve(directory);
  // convex-test finds the root of the tree by `_generated`, which need not exist on disk.
  const modules: Record<string, () => Promise<Module>> = {
    "/convex/_generated/root.js": async () => ({}),
    ...systemModules,
  };
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    const path = relative(root, file).split(sep).join("/");
    if (entry.isFile() && isFunctionModule(path)) {
      modules[`/convex/${path}`] = () => importFile(file);
    }
  }
  return modules;
}

/**
 * As Convex chooses its entry points: no declarations, and no second dot (tests, configuration).
 */
const isFunctionModule = (path: string): boolean =>
  source.test(path) &&
  !path.replace(source, "").includes(".") &&
  !path.split("/").some((part) => part === "node_modules" || part.startsWith("#"));

/** A module of the directory by its name without an ending ("schema", "http"), or null. */
export async function importNamed(directory: string, name: string): Promise<Module | null> {
  for (const ending of [".ts", ".js", ".mjs"]) {
    const file = resolve(directory, name + ending);
    if (existsSync(file)) return await importFile(file);
  }
  return null;
}

const importFile = async (file: string): Promise<Module> =>
  (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Module;

/** What `convex/server` wrote on an exported function; null where it is no Convex function. */
export function functionInfo(exported: unknown): FunctionInfo | null {
  if (typeof exported !== "function") return null;
  const marks = exported as {
    [mark in "isQuery" | "isMutation" | "isAction" | "isHttp"]?: true;
  } & {
    isInternal?: true;
  };
  const visibility = marks.isInternal ? "internal" : "public";
  if (marks.isQuery) return { kind: "query", visibility };
  if (marks.isMutation) return { kind: "mutation", visibility };
  if (marks.isAction) return { kind: "action", visibility };
  if (marks.isHttp) return { kind: "httpAction", visibility };
  return null;
}

/** "a/b.js:c" and "a/b:c" are one function; without a name it is the module's default export. */
export function canonicalPath(path: string): string {
  const [module = "", name = "default"] = path.split(":");
  return `${module.replace(/\.js$/, "")}:${name}`;
}

/** What convex/http.ts exports, as far as it is used: which action answers a request. */
export type Router = {
  lookup(path: string, method: string): readonly [unknown, ...unknown[]] | null;
};

export function routerOf(http: Module | null): Router | null {
  const router = http?.["default"];
  return typeof router === "object" && router !== null && "lookup" in router
    ? (router as Router)
    : null;
}
