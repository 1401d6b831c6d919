import { createConvexTestEngine } from "../support/convexTestEngine/index.ts";
import { runOn } from "../support/convexHost/running.ts";

// Whatever is tested of the host on its own engine is tested on convex-test as well.

runOn({ createEngine: createConvexTestEngine });
// First the one that counts documents: here they all share a host.
await import("./convexHostSite.test.ts");
await import("./convexHost.test.ts");
await import("./convexHostSync.test.ts");
