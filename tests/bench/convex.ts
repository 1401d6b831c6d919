import { convexTest } from "convex-test";
import { functionModules } from "../../bots/sandbox/convex/functionsDirectory.ts";
import schema from "../../convex/schema.ts";

/** An empty Plaza in this process, to look at what its functions cost. */
export function startPlazaHere({ transactionLimits = false } = {}) {
  const modules = functionModules(new URL("../../convex", import.meta.url).pathname);
  return convexTest({ modules, schema, transactionLimits });
}

export type PlazaHere = ReturnType<typeof startPlazaHere>;

export const organization = {
  name: "Plaza",
  slug: "plaza",
  locale: "en" as const,
  timezone: "America/Mexico_City",
  hasSynced: true,
};
