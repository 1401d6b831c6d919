// Runs before `npm start` and `npm test`, on whatever Node the machine has and with nothing
// installed: it brings node_modules in step with package-lock.json, and does nothing when they are.
// The lock fixes every package by its integrity, the Node of this project included, and no package
// runs anything of its own.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const stamp = `${root}node_modules/.plaza-lock`;
const wanted = createHash("sha256")
  .update(readFileSync(`${root}package-lock.json`))
  .digest("hex");
const installed = existsSync(stamp) ? readFileSync(stamp, "utf8") : "";

if (installed !== wanted) {
  console.error("Installing what package-lock.json names...");
  execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
  });
  writeFileSync(stamp, wanted);
}

// npm scripts find the project's Node before the machine's.
const own = ["node", "node.cmd"].some((name) => existsSync(`${root}node_modules/.bin/${name}`));
if (!own && Number(process.versions.node.split(".")[0]) < 24) {
  console.error("There is no Node for this system among the packages. Please install Node 24.");
  process.exit(1);
}
