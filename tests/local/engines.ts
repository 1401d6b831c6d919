import { createConvexTestEngine } from "../convex-test-engine/index.ts";
import type { Engine } from "../../bots/local/convex/engine.ts";
import { createSqliteEngine } from "../../bots/local/convex/sqlite/index.ts";

/** The durable engine, where nothing has to last. */
export const createMemoryEngine: CreateEngine = async (functionsDirectory) =>
  await createSqliteEngine(functionsDirectory, { file: ":memory:" });

type CreateEngine = (functionsDirectory: string) => Promise<Engine>;

/** What a host can run on: whatever is tested with one is tested with the other. */
export const engines: [name: string, create: CreateEngine][] = [
  ["convex-test", createConvexTestEngine],
  ["sqlite", createMemoryEngine],
];
