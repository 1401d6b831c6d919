import type { DefaultFunctionArgs, FunctionVisibility, HttpRouter } from "convex/server";
import { makeFunctionReference } from "convex/server";
import { modules } from "./plaza.ts";

// Convex's functions as they are registered: read from the modules themselves, so that none can be
// forgotten.

export type Registered = {
  /** As clients name it: "events/queries:upcoming". */
  path: string;
  kind: "query" | "mutation" | "action";
  visibility: FunctionVisibility;
  /** Whether it says what it takes and what it gives. */
  hasArgs: boolean;
  hasReturns: boolean;
};

type Marks = {
  isQuery?: boolean;
  isMutation?: boolean;
  isAction?: boolean;
  isPublic?: boolean;
  isInternal?: boolean;
  exportArgs(): string;
  exportReturns(): string;
};

/** Every query, mutation and action that a deployment would have. */
export async function registeredFunctions(): Promise<Registered[]> {
  const found: Registered[] = [];
  for (const [file, load] of Object.entries(modules)) {
    if (file.includes("/_generated/") || file.endsWith("auth.config.ts")) continue;
    const module = file.replace(/^.*\/convex\//, "").replace(/\.[jt]s$/, "");
    for (const [name, exported] of Object.entries(await load())) {
      const one = describe(exported);
      if (one) found.push({ path: `${module}:${name}`, ...one });
    }
  }
  return found;
}

function describe(exported: unknown): Omit<Registered, "path"> | null {
  if (typeof exported !== "function") return null;
  const marks = exported as Partial<Marks> as Marks;
  const kinds = {
    query: marks.isQuery,
    mutation: marks.isMutation,
    action: marks.isAction,
  };
  const kind = (["query", "mutation", "action"] as const).find((name) => kinds[name]);
  if (!kind) return null;
  if (marks.isPublic === marks.isInternal) throw new Error("a function is public or internal");
  return {
    kind,
    visibility: marks.isPublic ? "public" : "internal",
    hasArgs: marks.exportArgs() !== '{"type":"any"}',
    hasReturns: marks.exportReturns() !== "null",
  };
}

/** Every http route, as "POST /luma-key" or "GET /calendars/*". */
export async function registeredRoutes(): Promise<string[]> {
  const load = modules["../../../convex/http.ts"];
  const router = (await load?.())?.["default"] as HttpRouter;
  return router.getRoutes().map(([path, method]) => `${method} ${path}`);
}

type Caller = {
  query: (name: ReturnType<typeof refer<"query">>, args: DefaultFunctionArgs) => Promise<unknown>;
  mutation: (
    name: ReturnType<typeof refer<"mutation">>,
    args: DefaultFunctionArgs,
  ) => Promise<unknown>;
  action: (name: ReturnType<typeof refer<"action">>, args: DefaultFunctionArgs) => Promise<unknown>;
};

function refer<K extends Registered["kind"]>(path: string) {
  return makeFunctionReference<K, DefaultFunctionArgs, unknown>(path);
}

/** Calls a function by its path. */
export async function call(
  caller: Caller,
  { kind, path }: Pick<Registered, "kind" | "path">,
  args: DefaultFunctionArgs,
): Promise<unknown> {
  if (kind === "query") return await caller.query(refer<"query">(path), args);
  if (kind === "mutation") return await caller.mutation(refer<"mutation">(path), args);
  return await caller.action(refer<"action">(path), args);
}
