import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Is `convex/_generated` what Convex's own generator makes of the functions? It is made anew in a
// copy, so that this check changes nothing.

const copy = mkdtempSync(join(tmpdir(), "plaza-generated-"));
try {
  for (const name of ["convex", "shared", "package.json", "convex.json", "tsconfig.json"])
    cpSync(name, join(copy, name), { recursive: true });
  symlinkSync(join(process.cwd(), "node_modules"), join(copy, "node_modules"));
  rmSync(join(copy, "convex/_generated"), { recursive: true });
  execFileSync("convex", ["codegen", "--system-udfs", "--typecheck", "disable"], {
    cwd: copy,
    stdio: "pipe",
  });
  const made = join(copy, "convex/_generated");
  const names = new Set([...readdirSync(made), ...readdirSync("convex/_generated")]);
  const text = (path: string) => {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return null;
    }
  };
  const stale = [...names].filter(
    (name) => text(join(made, name)) !== text(join("convex/_generated", name)),
  );
  if (stale.length > 0) {
    console.error(`Out of date: ${stale.join(", ")}`);
    console.error("Run: npx convex codegen --system-udfs --typecheck disable");
    process.exitCode = 1;
  }
} finally {
  rmSync(copy, { recursive: true });
}
