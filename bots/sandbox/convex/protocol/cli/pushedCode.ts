import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve, sep } from "node:path";
import { z } from "zod";

const module = z.object({
  path: z.string(),
  source: z.string(),
  environment: z.enum(["isolate", "node"]),
});

export const pushRequest = z.object({
  dryRun: z.boolean(),
  appDefinition: z.object({
    dependencies: z.array(z.string()),
    schema: module.nullable(),
    changedModules: z.array(module),
    unchangedModuleHashes: z.array(z.unknown()).max(0),
  }),
  componentDefinitions: z.array(z.unknown()),
});

export type PushRequest = z.infer<typeof pushRequest>;

/**
 * Keeps pushed code as long as the host runs: directories of modules, each bundled by the command
 * line as for any deployment. What is left to packages is found where the project finds it.
 */
export function createPushedCode(functionsDirectory: string) {
  const folders: string[] = [];

  async function write({ appDefinition }: PushRequest): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "convex-host-"));
    folders.push(folder);
    const packages = packagesOf(functionsDirectory);
    if (packages !== null) await symlink(packages, join(folder, "node_modules"));
    await writeFile(join(folder, "package.json"), '{"type": "module"}');
    const directory = join(folder, "convex");
    const { schema, changedModules } = appDefinition;
    for (const { path, source } of [...changedModules, ...(schema === null ? [] : [schema])]) {
      const file = resolve(directory, path);
      if (!file.startsWith(directory + sep)) throw new Error(`${path} is no path of a module`);
      await mkdir(dirname(file), { recursive: true });
      // The map stays with the sender, and so do the sources it would lead to.
      await writeFile(file, source.replace(/^\/\/# sourceMappingURL=.*$/m, ""));
    }
    return directory;
  }

  return {
    write,
    close: async (): Promise<void> => {
      for (const folder of folders) await rm(folder, { recursive: true, force: true });
    },
  };
}

function packagesOf(directory: string): string | null {
  for (let at = resolve(directory); ; at = dirname(at)) {
    if (existsSync(join(at, "node_modules"))) return join(at, "node_modules");
    if (at === dirname(at)) return null;
  }
}
