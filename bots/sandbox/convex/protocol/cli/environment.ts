import { readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";

const variables = z.record(z.string(), z.string());
/** As Convex limits names; those it sets itself cannot be changed. */
const validName = /^[A-Za-z_][A-Za-z0-9_]{0,39}$/;
const reserved = new Set(["CONVEX_CLOUD_URL", "CONVEX_SITE_URL"]);

/** A `null` removes the variable. */
export type Change = { name: string; value: string | null };

export type Environment = ReturnType<typeof createEnvironment>;

/**
 * The variables set by `convex env`. Functions read them in `process.env` like all others, from the
 * next call on; what a module read when it was imported stays. With a file they outlive the
 * process.
 */
export function createEnvironment({
  file,
  env = process.env,
}: { file?: string | undefined; env?: NodeJS.ProcessEnv } = {}) {
  const set = new Map(Object.entries(file === undefined ? {} : kept(file)));
  for (const [name, value] of set) env[name] = value;

  return {
    list: () => [...set].map(([name, value]) => ({ name, value })).sort(byName),
    get: (name: string) => {
      const value = set.get(name);
      return value === undefined ? null : { name, value };
    },
    /** Makes all of the changes, or throws before the first. */
    update(changes: readonly Change[]): void {
      for (const { name } of changes) check(name);
      for (const { name, value } of changes) {
        if (value === null) {
          set.delete(name);
          delete env[name];
        } else {
          set.set(name, value);
          env[name] = value;
        }
      }
      if (file !== undefined) {
        // Values may be secrets.
        writeFileSync(file, JSON.stringify(Object.fromEntries(set)), { mode: 0o600 });
      }
    },
  };
}

function check(name: string): void {
  if (reserved.has(name)) throw new Error(`Environment variable "${name}" is built in`);
  if (!validName.test(name)) {
    throw new Error(
      `Environment variable name "${name}" is invalid: it must begin with a letter or an ` +
        "underscore, hold only letters, digits and underscores, and be at most 40 long",
    );
  }
}

function kept(file: string): Record<string, string> {
  try {
    return variables.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);
