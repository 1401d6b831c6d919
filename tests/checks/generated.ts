import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { inCopy } from "./copy.ts";

// Is `convex/_generated` what Convex's own generator makes of the functions?

const committed = "convex/_generated";

inCopy((folder) => {
  const made = join(folder, committed);
  rmSync(made, { recursive: true });
  execFileSync("convex", ["codegen", "--system-udfs", "--typecheck", "disable"], {
    cwd: folder,
    stdio: "pipe",
  });
  const textOf = (path: string) => (existsSync(path) ? readFileSync(path, "utf8") : null);
  const names = new Set([...readdirSync(made), ...readdirSync(committed)]);
  const stale = [...names].filter(
    (name) => textOf(join(made, name)) !== textOf(join(committed, name)),
  );
  if (stale.length === 0) return;
  console.error(`Out of date: ${stale.join(", ")}`);
  console.error("Run: npx convex codegen --system-udfs --typecheck disable");
  process.exitCode = 1;
});
