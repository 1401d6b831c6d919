import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Would Convex take the functions? Its own tool bundles them as for a deployment and stops before
// it would talk to one; it fails where a file outside "use node" needs Node.

const folder = mkdtempSync(join(tmpdir(), "plaza-bundle-"));
const deployment = ["--url", "http://127.0.0.1:1", "--admin-key", "x"];
try {
  execFileSync("convex", ["deploy", "-y", ...deployment, "--debug-bundle-path", folder], {
    stdio: "pipe",
  });
  if (!existsSync(join(folder, "fullConfig.json"))) {
    console.error("Convex bundled nothing.");
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
