import { pollLimitMs } from "../timeLimits.ts";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileCache } from "../../../bots/sandbox/server/process.ts";
import { adminKey } from "./host.ts";

const cli = fileURLToPath(new URL("../../../node_modules/convex/bin/main.js", import.meta.url));

export type Printed = { code: number; out: string; err: string };

export type CliOptions = { key?: string; goesOn?: (printed: string) => boolean };

/** An empty project, from where the real command line is run against a host. */
export async function startProject(url: string) {
  const folder = await mkdtemp(join(tmpdir(), "plaza-cli-"));
  const manifest = { name: "project", dependencies: { convex: "*" } };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));

  /** Runs `convex <words>` to its end, or for as long as `goesOn`, told of what it prints, says. */
  async function convex(words: string[], options: CliOptions = {}): Promise<Printed> {
    const { key = adminKey, goesOn = () => true } = options;
    const args = [cli, ...words, "--url", url, "--admin-key", key];
    return await new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        args,
        { cwd: folder, env: environment(folder), timeout: pollLimitMs },
        (error, out, err) =>
          resolve({ code: error === null ? 0 : Number(error.code ?? -1), out, err }),
      );
      // What it is not given it would ask for.
      child.stdin?.end();
      let seen = "";
      child.stdout?.on("data", (text: string) => {
        seen += text;
        if (!goesOn(seen)) child.kill();
      });
    });
  }

  return {
    folder,
    convex,
    file: (name: string) => join(folder, name),
    close: async () => await rm(folder, { recursive: true }),
  };
}

/** Nothing of this machine's: no account, no telemetry, no colours. */
const environment = (folder: string): Record<string, string> => ({
  HOME: folder,
  CI: "1",
  DO_NOT_TRACK: "1",
  NO_COLOR: "1",
  CONVEX_PROVISION_HOST: "http://127.0.0.1:9",
  // The command line is large; it is compiled once for all runs.
  NODE_COMPILE_CACHE: compileCache,
});
