import type { Module } from "./functionsDirectory.ts";

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
