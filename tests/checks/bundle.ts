import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { inCopy } from "./copy.ts";

// Would Convex take the functions? Its own tool bundles them as for a deployment and stops before
// it would talk to one; it fails where a file outside "use node" needs Node.

inCopy((folder) => {
  const bundle = join(folder, "bundle");
  const nowhere = ["--url", "http://127.0.0.1:1", "--admin-key", "x"];
  execFileSync("convex", ["deploy", "-y", ...nowhere, "--debug-bundle-path", bundle], {
    cwd: folder,
    stdio: "pipe",
  });
  if (existsSync(join(bundle, "fullConfig.json"))) return;
  console.error("Convex bundled nothing.");
  process.exitCode = 1;
});
