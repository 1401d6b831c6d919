import { createSqliteEngine } from "../../bots/local/convex/sqlite/index.ts";
import { runOn } from "./convex-host-running.ts";

// Whatever is tested of the host is tested on the engine that keeps its data as well.

runOn({ createEngine: (directory) => createSqliteEngine(directory, { file: ":memory:" }) });
// First the one that counts documents: here they all share a host.
await import("./convex-host-site.test.ts");
await import("./convex-host.test.ts");
await import("./convex-host-sync.test.ts");
