import { createConvexTestEngine } from "../convex-test-engine/index.ts";
import { runOn } from "./convex-host-running.ts";

// Whatever is tested of the host on its own engine is tested on convex-test as well.

runOn({ createEngine: createConvexTestEngine });
// First the one that counts documents: here they all share a host.
await import("./convex-host-site.test.ts");
await import("./convex-host.test.ts");
await import("./convex-host-sync.test.ts");
