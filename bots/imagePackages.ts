// Writes the package.json and package-lock.json of the image from the project's: only the packages
// that the bots' process imports, and what these need. Versions and integrity stay those of the lock.
// Run while the image is built, on the image's own Node: node bots/imagePackages.ts <folder>
import { readFileSync, writeFileSync } from "node:fs";

/** The packages that `bots` (without the sandbox), `shared` and `convex/_generated` import. */
const imported = [
  "@grammyjs/auto-retry",
  "@grammyjs/parse-mode",
  "@resvg/resvg-js",
  "convex",
  "d3-geo",
  "date-fns",
  "date-fns-tz",
  "dejavu-fonts-ttf",
  "discord.js",
  "fuse.js",
  "grammy",
  "ical-generator",
  "intl-messageformat",
  "jose",
  "pino",
  "topojson-client",
  "world-atlas",
  "zod",
];

/** Dependencies that only a package's command line needs: the bots import Convex's client alone. */
const unused: Record<string, string[]> = { convex: ["esbuild", "prettier"] };

export type Manifest = {
  name: string;
  version: string;
  license: string;
  type: string;
  dependencies: Record<string, string>;
};
export type Entry = {
  version?: string;
  integrity?: string;
  dev?: boolean;
  hasInstallScript?: boolean;
  os?: string;
  cpu?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
};
/** https://docs.npmjs.com/cli/configuring-npm/package-lock-json, version 3 */
export type Lock = {
  name: string;
  version: string;
  lockfileVersion: number;
  requires: boolean;
  packages: Record<string, Entry>;
};

/** The image's package.json and lock. Takes and gives the parsed files. */
export function imagePackages(
  manifest: Manifest,
  lock: Lock,
): { manifest: Manifest & { private: true }; lock: Lock } {
  const dependencies = Object.fromEntries(
    imported.map((name) => {
      const version = manifest.dependencies[name];
      if (version === undefined) throw new Error(`${name} is not a dependency of the project`);
      return [name, version];
    }),
  );
  const { name, version, license, type } = manifest;
  const root = { name, version, license, dependencies };
  const packages: Record<string, Entry> = { "": root };
  const open = imported.map((one) => `node_modules/${one}`);
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (Object.hasOwn(packages, at)) continue;
    const entry = withoutUnused(at, lock.packages[at] ?? {});
    packages[at] = entry;
    const needs = { ...entry.dependencies, ...entry.optionalDependencies };
    for (const need of Object.keys(needs)) open.push(...placeOf(need, at, lock.packages));
  }
  const inOrder = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    manifest: { ...root, private: true, type },
    lock: { name, version, lockfileVersion: 3, requires: true, packages: inOrder },
  };
}

function withoutUnused(at: string, entry: Entry): Entry {
  const left = unused[at.replace(/^.*node_modules\//, "")];
  if (!left) return entry;
  const dependencies = Object.entries(entry.dependencies ?? {}).filter(
    ([name]) => !left.includes(name),
  );
  return { ...entry, dependencies: Object.fromEntries(dependencies) };
}

/** Where Node finds a package from another: in its own folder, else in the next one above. */
function placeOf(name: string, from: string, packages: Lock["packages"]): string[] {
  for (let folder = from; ; folder = folder.slice(0, folder.lastIndexOf("/node_modules/"))) {
    const nested = `${folder}/node_modules/${name}`;
    if (Object.hasOwn(packages, nested)) return [nested];
    if (!folder.includes("/node_modules/")) break;
  }
  const top = `node_modules/${name}`;
  // An optional package of another platform can be missing in a lock.
  return Object.hasOwn(packages, top) ? [top] : [];
}

if (import.meta.main) {
  const [, , folder = "."] = process.argv;
  const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
  const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as Lock;
  const image = imagePackages(manifest, lock);
  writeFileSync(`${folder}/package.json`, JSON.stringify(image.manifest, null, 2));
  writeFileSync(`${folder}/package-lock.json`, JSON.stringify(image.lock, null, 2));
}
