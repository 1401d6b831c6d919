import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Runs `work` in a copy of what Convex's tool reads, because the tool writes where it works: a
 * check must change nothing. `PATH` finds the tool as in every npm script.
 */
export function inCopy(work: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "plaza-check-"));
  try {
    for (const name of ["convex", "shared", "package.json", "convex.json", "tsconfig.json"])
      cpSync(name, join(folder, name), { recursive: true });
    symlinkSync(join(process.cwd(), "node_modules"), join(folder, "node_modules"));
    work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
