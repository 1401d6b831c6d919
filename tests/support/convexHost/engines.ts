import { createConvexTestEngine } from "../convexTestEngine/index.ts";
import type { Engine } from "../../../bots/sandbox/convex/engine.ts";
import { createSqliteEngine } from "../../../bots/sandbox/convex/sqlite/index.ts";

/** The durable engine, where nothing has to last. */
export const createMemoryEngine: CreateEngine = async (functionsDirectory) =>
  await createSqliteEngine(functionsDirectory, { file: ":memory:" });

type CreateEngine = (functionsDirectory: string) => Promise<Engine>;

/** What a host can run on: whatever is tested with one is tested with the other. */
export const engines: [name: string, create: CreateEngine][] = [
  ["convex-test", createConvexTestEngine],
  ["sqlite", createMemoryEngine],
];
